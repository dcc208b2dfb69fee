// dashboards: an index pattern a kind of documents. Dashboards asks the index for its fields; how values read is said here, out of the field tables.

import { DOCUMENT_FIELDS, indexAlias } from '../../lib/document/document-kind.ts';
import type { FieldTable } from '../../lib/document/field.ts';
import { type SavedObject, savedObject, VIEWED_KINDS, type ViewedKind } from './saved-object.ts';

interface FieldFormat {
  readonly id: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const PLAIN_NUMBER: FieldFormat = { id: 'number', params: { pattern: '0' } };
const PERCENT: FieldFormat = { id: 'percent', params: { pattern: '0.0%' } };
const BYTES: FieldFormat = { id: 'bytes', params: { pattern: '0,0.[0]b' } };
const DURATION: FieldFormat = {
  id: 'duration',
  params: { inputFormat: 'nanoseconds', outputFormat: 'asSeconds', outputPrecision: 3 },
};
const SEVERITY: FieldFormat = {
  id: 'static_lookup',
  params: { lookupEntries: ['low', 'medium', 'high', 'critical'].map((value, i) => ({ key: i + 1, value })) },
};

/** By the field's name, the first that fits; others as they are. */
const FORMATS: readonly (readonly [RegExp, FieldFormat])[] = [
  [/^event\.duration$/, DURATION],
  [/^event\.severity$/, SEVERITY],
  [/^smartids\.(score|anomaly|packet_model\.score)$/, PERCENT],
  [/(^|[._])bytes(_mean)?$|_length$/, BYTES],
  // A port, a status or a number of a record is a name: no comma within.
  [/\.port$|status_code$|response_codes$|record$|^smartids\.run$|tunnel\.id$/, PLAIN_NUMBER],
];

function fieldFormats(fields: FieldTable): Readonly<Record<string, FieldFormat>> {
  const formats = Object.entries(fields).flatMap(([name, { type }]) => {
    const [, format] = FORMATS.find(([names]) => names.test(name)) ?? [];
    return format !== undefined && (type === 'long' || type === 'double') ? [[name, format] as const] : [];
  });
  return Object.fromEntries(formats);
}

/** Dumps have no time of their own here: a range of their packets' times would hide them, they came later. */
const TIME_FIELDS: Readonly<Record<ViewedKind, string | undefined>> = {
  flows: '@timestamp',
  packets: '@timestamp',
  alerts: '@timestamp',
  dumps: undefined,
};

export function indexPattern(kind: ViewedKind): SavedObject {
  const timeFieldName = TIME_FIELDS[kind];
  return savedObject('index-pattern', kind, {
    title: indexAlias(kind),
    ...(timeFieldName !== undefined && { timeFieldName }),
    fieldFormatMap: JSON.stringify(fieldFormats(DOCUMENT_FIELDS[kind])),
  });
}

export const INDEX_PATTERNS: readonly SavedObject[] = VIEWED_KINDS.map(indexPattern);
