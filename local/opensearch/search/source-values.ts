// local/opensearch/search: the values of a document as they were written, by the fields that hold them.
import type { Field } from '../mapping/field.ts';
import type { ObjectNode } from '../mapping/mapping.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';

/** In document order, lists taken apart; null is no value. */
export function sourceValues(
  root: ObjectNode,
  document: JsonObject,
  wanted: ReadonlySet<Field>,
): ReadonlyMap<Field, readonly unknown[]> {
  const values = new Map<Field, unknown[]>();
  readMembers(root, document, wanted, values);
  return values;
}

/** Of one field: along its name where the document is of the plain shape, which a search through all members is not worth. */
export function valuesOfField(root: ObjectNode, document: JsonObject, field: Field): readonly unknown[] {
  let node = root;
  let value: unknown = document;
  for (const name of field.name.split('.')) {
    if (!isJsonObject(value) || !node.enabled || Object.keys(value).some((key) => key.includes('.'))) break;
    const member: unknown = Object.hasOwn(value, name) ? value[name] : undefined;
    if (member === undefined || member === null) return [];
    const child = node.children.get(name);
    if (child?.kind === 'field' && (child.field === field || child.subFields.includes(field))) {
      if (!Array.isArray(member)) return [member];
      break;
    }
    if (child?.kind !== 'object') break;
    node = child;
    value = member;
  }
  return sourceValues(root, document, new Set([field])).get(field) ?? [];
}

function readMembers(
  node: ObjectNode,
  document: JsonObject,
  wanted: ReadonlySet<Field>,
  values: Map<Field, unknown[]>,
): void {
  if (!node.enabled) return;
  for (const [name, value] of Object.entries(document)) {
    const child = node.children.get(name);
    if (child === undefined) {
      // {"a.b": 1} means {"a": {"b": 1}}
      const dot = name.indexOf('.');
      if (dot > 0) readMembers(node, { [name.slice(0, dot)]: { [name.slice(dot + 1)]: value } }, wanted, values);
    } else if (child.kind === 'object') {
      for (const item of Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value])
        if (isJsonObject(item)) readMembers(child, item, wanted, values);
    } else if (child.kind === 'field') {
      for (const field of [child.field, ...child.subFields]) {
        if (!wanted.has(field)) continue;
        const list = values.get(field) ?? [];
        const items: readonly unknown[] = Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
        list.push(...items.filter((item) => item !== null && item !== undefined));
        values.set(field, list);
      }
    }
  }
}
