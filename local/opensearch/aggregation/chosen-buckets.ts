// local/opensearch/aggregation: the first buckets of a parent, chosen here where they are few: windows that rank them take DuckDB longer than grouping.
import type { DuckDBValue } from '@duckdb/node-api';
import type { PlainOrder } from './order.ts';
import type { FoundBucket } from './plan.ts';

/** Of documents that are grouped: there are no more groups. */
export const MAX_RANKED_HERE = 2_048;

/** In the order, the first `size`; without an order all by their keys. */
export function chosenBuckets(
  found: readonly FoundBucket[],
  order: readonly PlainOrder[] | undefined,
  size: number,
): FoundBucket[] {
  const keys = order ?? [{ by: 'key', descending: false }];
  const sorted = found.toSorted((left, right) => {
    for (const { by, descending } of keys) {
      const compared = by === 'count' ? left.count - right.count : compareKeys(left.keys, right.keys);
      if (compared !== 0) return descending ? -compared : compared;
    }
    return 0;
  });
  return sorted.slice(0, size);
}

function compareKeys(left: readonly DuckDBValue[], right: readonly DuckDBValue[]): number {
  for (const [at, value] of left.entries()) {
    const compared = compareValues(value, right[at] ?? null);
    if (compared !== 0) return compared;
  }
  return 0;
}

/** As DuckDB orders values of one type: texts by their bytes. */
function compareValues(left: DuckDBValue, right: DuckDBValue): number {
  if (left === right) return 0;
  if (typeof left === 'string' && typeof right === 'string')
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  if (left === null || right === null) return left === null ? 1 : -1;
  return left < right ? -1 : left > right ? 1 : 0;
}
