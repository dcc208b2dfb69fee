// api: the documents as replies carry them, out of their field tables: any part may be left out by `fields`.

import { z } from 'zod';
import { DOCUMENT_FIELDS } from '../../../lib/document/document-kind.ts';
import { documentShape } from '../../../lib/document/document-schema.ts';
import { SEARCH_KINDS, type SearchKind } from '../api-deps.ts';

const NAMES = {
  flows: 'FlowDocument',
  packets: 'PacketDocument',
  alerts: 'AlertDocument',
  dumps: 'DumpDocument',
} as const satisfies Record<SearchKind, string>;

function hitSchema(kind: SearchKind) {
  const shape = documentShape(DOCUMENT_FIELDS[kind], { others: 'kept', partial: true });
  return z.looseObject({ id: z.string(), ...shape }).meta({ id: NAMES[kind] });
}

/** One hit of any search. */
export const hitSchemas = z.union(SEARCH_KINDS.map(hitSchema));
