// api: which fields a search may name, from the documents' own description.

import { DOCUMENT_FIELDS } from '../../lib/document/document-kind.ts';
import { type FieldCatalog, SEARCH_KINDS, type SearchKind } from './api-deps.ts';

export function fieldCatalog(): FieldCatalog {
  const entries = SEARCH_KINDS.map((kind): [SearchKind, ReadonlyMap<string, string>] => {
    const types = Object.entries(DOCUMENT_FIELDS[kind]).map(([name, { type }]): [string, string] => [name, type]);
    return [kind, new Map(types)];
  });
  return Object.fromEntries(entries) as FieldCatalog; // one entry per kind
}
