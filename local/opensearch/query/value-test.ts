// local/opensearch/query: where postings may tell which rows have a value.

import { ID_ORDINAL } from '../database/row-batch.ts';
import { unionOf } from '../value/row-set.ts';
import { hashOfText, hashOfWhole } from '../value/value-index.ts';
import { type Candidates, MAX_COST } from './candidate-rows.ts';
import type { FieldScope } from './field-test.ts';
import type { QueryScope } from './query-scope.ts';

export function rowsWithText(scope: FieldScope, text: string): Candidates | undefined {
  return rowsWith(scope, () => hashOfText(text));
}

export function rowsWithAddress(scope: FieldScope, address: bigint): Candidates | undefined {
  return rowsWith(scope, () => hashOfWhole(address));
}

function rowsWith({ field, isForMarks, values }: FieldScope, hash: () => number): Candidates | undefined {
  const cost = isForMarks ? undefined : values.costOf(field.ordinal);
  return cost === undefined ? undefined : { cost, find: () => values.find(field.ordinal, hash()) };
}

export function rowsWithIds(
  { index: { values }, isForMarks = false }: QueryScope,
  ids: readonly string[],
): Candidates | undefined {
  const cost = isForMarks ? undefined : values.costOf(ID_ORDINAL);
  if (cost === undefined || cost * ids.length > MAX_COST) return undefined;
  return { cost: cost * ids.length, find: () => unionOf(ids.map((id) => values.find(ID_ORDINAL, hashOfText(id)))) };
}
