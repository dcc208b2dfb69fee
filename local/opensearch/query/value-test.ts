// local/opensearch/query: where postings may tell which rows have a value.
import { ID_ORDINAL } from '../database/row-batch.ts';
import { unionOf } from '../value/row-set.ts';
import { MAX_LOOKUPS } from '../value/row-set-condition.ts';
import { hashOfText, hashOfWhole, type ValueIndex } from '../value/value-index.ts';
import type { Candidates } from './candidate-rows.ts';
import type { FieldScope } from './field-test.ts';
import type { QueryScope } from './query-scope.ts';

export function rowsWithTexts(
  { field, isForMarks, values }: FieldScope,
  texts: readonly string[],
): Candidates | undefined {
  return isForMarks ? undefined : rowsWith(values, field.ordinal, texts.length, () => texts.map(hashOfText));
}

export function rowsWithAddress({ field, isForMarks, values }: FieldScope, address: bigint): Candidates | undefined {
  return isForMarks ? undefined : rowsWith(values, field.ordinal, 1, () => [hashOfWhole(address)]);
}

export function rowsWithIds({ index, isForMarks }: QueryScope, ids: readonly string[]): Candidates | undefined {
  return isForMarks === true ? undefined : rowsWith(index.values, ID_ORDINAL, ids.length, () => ids.map(hashOfText));
}

function rowsWith(
  values: ValueIndex,
  ordinal: number,
  lookups: number,
  hashes: () => readonly number[],
): Candidates | undefined {
  if (lookups > MAX_LOOKUPS || !values.knows(ordinal)) return undefined;
  const { bounds } = values;
  return { lookups, bounds, find: () => unionOf(hashes().map((hash) => values.find(ordinal, hash))) };
}
