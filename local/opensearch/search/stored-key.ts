// local/opensearch/search: sort keys that need no column: they are read from a document as it was written, or are its id or number.
import type { Index } from '../catalog/index-catalog.ts';
import type { Field } from '../mapping/field.ts';
import { columnValueOf, parseDocument } from '../mapping/field-value.ts';
import type { SortKey } from './sort-order.ts';
import { valuesOfField } from './source-values.ts';

export interface StoredDocumentKey {
  readonly id: string;
  readonly text: string;
  readonly seqNo: number;
  /** Of its target. */
  readonly position: number;
}

export type KeyValue = string | bigint | null;

export interface KeyReader {
  /** Documents from this sequence number on were indexed as the mapping says now. */
  readonly since: number;
  readonly read: (document: StoredDocumentKey) => KeyValue;
}

export interface StoredKey {
  readonly reader: (index: Index) => KeyReader;
  /** A value of `search_after`; undefined: the table must read it. */
  readonly readAfter: (value: unknown) => KeyValue | undefined;
  /** As ORDER BY has it. */
  readonly compare: (left: KeyValue, right: KeyValue) => number;
}

/** Undefined where one of the keys must come from its column. */
export function storedKeys(keys: readonly SortKey[]): readonly StoredKey[] | undefined {
  const stored = keys.map(storedKey);
  return stored.every((one) => one !== undefined) ? stored : undefined;
}

function storedKey(key: SortKey): StoredKey | undefined {
  const compare = comparison(key);
  const always = (read: KeyReader['read']): StoredKey['reader'] => {
    const reader = { since: 0, read };
    return () => reader;
  };
  switch (key.kind) {
    case 'id':
      return { reader: always(({ id }) => id), readAfter: textAfter, compare };
    case 'document':
      return { reader: always(placeOf), readAfter: wholeAfter, compare };
    case 'sequence':
      return { reader: always(({ seqNo }) => BigInt(seqNo)), readAfter: wholeAfter, compare };
    case 'field':
      if (key.family !== 'keyword') return undefined;
      return { reader: (index) => fieldReader(key, index), readAfter: (value) => textAfter(value) ?? null, compare };
    default:
      return undefined;
  }
}

function placeOf({ position, seqNo }: StoredDocumentKey): bigint {
  return (BigInt(position) << 44n) + BigInt(seqNo);
}

function textAfter(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value).toWellFormed();
}

function wholeAfter(value: unknown): bigint | undefined {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))
    ? BigInt(value)
    : undefined;
}

function fieldReader(key: SortKey, { mapping, mappedSince }: Index): KeyReader {
  const field = mapping.fields.get(key.name);
  const missing = key.missing === '_first' || key.missing === '_last' ? null : String(key.missing);
  if (field?.family !== 'keyword') return { since: 0, read: () => missing };
  const lenient: Field = { ...field, ignoreMalformed: true };
  return {
    since: mappedSince?.get(field.name) ?? (mappedSince === undefined ? Number.POSITIVE_INFINITY : 0),
    read: ({ text }) => {
      let best: string | null = null;
      for (const value of valuesOfField(mapping.root, parseDocument(text), field)) {
        const kept = columnValueOf(lenient, value, '');
        if (kept === undefined) continue;
        // as the column has it: half of a surrogate pair is no text of UTF-8
        const own = String(kept).toWellFormed();
        if (best === null || byBytes(own, best) < 0 === (key.mode === 'min')) best = own;
      }
      return best ?? missing;
    },
  };
}

function comparison({ descending, missing }: SortKey): StoredKey['compare'] {
  return (left, right) => {
    if (left === right) return 0;
    if (left === null || right === null) return (left === null) === (missing === '_first') ? -1 : 1;
    const order = typeof left === 'string' && typeof right === 'string' ? byBytes(left, right) : left < right ? -1 : 1;
    return descending ? -order : order;
  };
}

function byBytes(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
}
