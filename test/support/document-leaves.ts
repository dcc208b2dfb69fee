// support: the dotted names of all values in a document, as the index sees them.

import type { FieldTable } from '../../lib/document/field.ts';

function walk(value: unknown, path: string, stored: ReadonlySet<string>, found: Set<string>): void {
  if (value === undefined || value === null) return;
  if (stored.has(path) || typeof value !== 'object') {
    found.add(path);
  } else if (Array.isArray(value)) {
    for (const item of value) walk(item, path, stored, found);
  } else {
    for (const [name, member] of Object.entries(value)) {
      walk(member, path === '' ? name : `${path}.${name}`, stored, found);
    }
  }
}

/** Stored fields count as one leaf. */
export function documentLeaves(document: unknown, fields: FieldTable): ReadonlySet<string> {
  const stored = new Set(Object.keys(fields).filter((name) => fields[name]?.type === 'stored'));
  const found = new Set<string>();
  walk(document, '', stored, found);
  return found;
}
