// api: which fields a search may name, from the documents' own description.

import { DOCUMENT_FIELDS } from '../../lib/document/document-kind.ts';
import type { FieldTable } from '../../lib/document/field.ts';
import { FIELD_ALIASES } from '../../lib/document/field-aliases.ts';
import { type CatalogField, type FieldCatalog, SEARCH_KINDS, type SearchKind } from './api-deps.ts';

function catalogOf(kind: SearchKind): ReadonlyMap<string, CatalogField> {
  const fields: FieldTable = DOCUMENT_FIELDS[kind];
  const entries = Object.entries(fields).map(([name, field]) => [name, { ...field, path: name }] as const);
  const aliases = Object.entries(FIELD_ALIASES[kind]).flatMap(([name, { path }]) => {
    const field = fields[path];
    return field === undefined ? [] : [[name, { ...field, path }] as const];
  });
  return new Map([...entries, ...aliases]);
}

export function fieldCatalog(): FieldCatalog {
  const entries = SEARCH_KINDS.map((kind) => [kind, catalogOf(kind)] as const);
  return Object.fromEntries(entries) as unknown as FieldCatalog; // one entry per kind
}
