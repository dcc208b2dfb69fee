// local/opensearch/aggregation: how an aggregation sorts documents into buckets and which of them it shows.
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { BIGINT, DOUBLE, UHUGEINT, VARCHAR } from '@duckdb/node-api';
import type { ValueFamily } from '../mapping/value-format.ts';
import type { BucketNode } from './node.ts';
import type { OrderSql } from './order.ts';

export type Answer = Readonly<Record<string, unknown>>;

/** A bucket of the database's answer, or one put in between. */
export interface FoundBucket {
  readonly keys: readonly DuckDBValue[];
  readonly count: number;
  /** The row it came from; undefined for one without documents. */
  readonly row: number | undefined;
  /** Put between others: nothing was looked for in it. */
  readonly isGap: boolean;
}

export interface ShownBucket {
  readonly found: FoundBucket;
  /** The bucket's own members, before the sub-aggregations. */
  readonly body: Answer;
  /** Its name where buckets are shown as an object. */
  readonly name: string;
}

/** One part of a bucket's key. */
export interface BucketKey {
  /** SQL of the key, or of the list of keys, of one document. */
  readonly sql: string;
  readonly isList: boolean;
  readonly type: DuckDBType;
  /** Documents without a value have a bucket too. */
  readonly isNullable: boolean;
  /** SQL that is NULL where the key is and nowhere else: asked instead of the key, which DuckDB would compute twice. */
  readonly source?: string;
  /** The key that a value of the SQL stands for; absent: itself. Of two values the larger has the larger key. */
  readonly read?: (value: DuckDBValue) => DuckDBValue;
}

/** Counts of a parent's buckets, shown or not. */
export interface Totals {
  readonly documents: number;
  readonly buckets: number;
}

export interface TopBuckets extends OrderSql {
  readonly size: number;
  /** What an index gives of its buckets: how many (undefined: all), of at least how many documents. */
  readonly given: { readonly size: number | undefined; readonly minDocCount: number };
}

export interface BucketPlan {
  readonly node: BucketNode;
  readonly keys: readonly BucketKey[];
  /** A condition on the keys k0, k1, …; `true` where all are kept. */
  readonly keep: string;
  /** Set: only the first `size` of each parent by this order. */
  readonly top: TopBuckets | undefined;
  /** Of 0 only where `top` is set: every key that any document of the indexes has is a bucket. */
  readonly minDocCount: number;
  /** Buckets to show for one parent, in order, from those found (in the order of the database). */
  readonly show: (found: readonly FoundBucket[]) => readonly ShownBucket[];
  /** In a bucket that was put between others: whether this has buckets there too, without documents. */
  readonly showsInGaps: boolean;
  /** The order of the buckets by their answers; undefined: as shown. */
  readonly sort: ((left: Answer, right: Answer) => number) | undefined;
  readonly form: 'list' | 'keyed' | 'single';
  /** Members beside `buckets`. */
  readonly extra: (totals: Totals, shown: readonly ShownBucket[]) => Answer;
}

/** Type of a family's values in SQL. */
export function keyTypeOf(family: ValueFamily): DuckDBType {
  if (family === 'keyword') return VARCHAR;
  if (family === 'ip') return UHUGEINT;
  return family === 'real' ? DOUBLE : BIGINT;
}

/**
 * Buckets whose number and names stand in the request; a document may be in several. `isNowhere`: of a field that no index
 * has, so that nothing is looked for in them.
 */
export function fixedPlan(
  node: BucketNode,
  conditions: readonly string[],
  bodies: readonly Answer[],
  names: readonly string[],
  form: BucketPlan['form'],
  { showsInGaps = true, isNowhere = false } = {},
): BucketPlan {
  const numbers = conditions.map((condition, at) => `(CASE WHEN ${condition} THEN ${at} END)::BIGINT`);
  const [only = ''] = numbers;
  const isList = numbers.length !== 1;
  return {
    node,
    keys: [{ sql: isList ? `[${numbers.join(', ')}]` : only, isList, type: BIGINT, isNullable: false }],
    keep: 'true',
    top: undefined,
    minDocCount: 1,
    show: (found) => {
      const byKey = new Map(found.map((bucket) => [Number(bucket.keys[0]), bucket]));
      return bodies.map((body, at) => ({
        found: byKey.get(at) ?? { keys: [BigInt(at)], count: 0, row: undefined, isGap: isNowhere },
        body,
        name: names[at] ?? '',
      }));
    },
    showsInGaps,
    sort: undefined,
    form,
    extra: () => ({}),
  };
}
