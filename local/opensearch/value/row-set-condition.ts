// local/opensearch/value: rows that were looked up as conditions by which DuckDB leaves all others out, or not at all where that takes longer.
import type { Bounds } from '../word/word-rows.ts';
import type { RowSet } from './row-set.ts';

/** A lookup reads a page of every segment: with more of them the rows are read as fast, however many they are. */
export const MAX_LOOKUPS = 32;
/** DuckDB reads as many vectors as have listed rows: up to so many are read sooner than a million rows. */
const MAX_VECTORS = 512;
const VECTOR_BITS = 11;
/** However near each other they lie: each row that is read is looked for in the list. */
export const MAX_LISTED = 4_096;
/** Beside ranges a list is compared with every row that is read. */
const MAX_BESIDE_RANGES = 32;
export const MAX_RANGES = 16;
/** Of rows that are looked for in several places, each a part of the statement. */
const MAX_PARTS = 9;

/**
 * For these rows and no others. Of a join with a list DuckDB would read all columns of all rows; written as whole numbers a
 * thousand are planned in 6 ms, with their type beside each in 9.
 */
export function isOneOf(seqNos: readonly (number | bigint)[]): string {
  return seqNos.length === 0 ? 'false' : `_seq IN (${seqNos.join(', ')})`;
}

/** Undefined where reading all rows is as fast. */
export function rowsCondition({ listed, ranges }: RowSet, bounds: Bounds | undefined): string | undefined {
  if (!isListable(listed, bounds) || ranges.length > MAX_RANGES) return undefined;
  if (ranges.length === 0) return isOneOf(listed);
  if (listed.length > MAX_BESIDE_RANGES) return undefined;
  return gapConditions({ listed, ranges }).join(' AND ');
}

/** Conditions on each place where rows are looked for by themselves; undefined: they are too many. */
export function placesOf({ listed, ranges }: RowSet, bounds: Bounds | undefined): readonly string[] | undefined {
  if (listed.length === 0 || !isListable(listed, bounds) || ranges.length >= MAX_PARTS) return undefined;
  return [isOneOf(listed), ...ranges.map(([from, to]) => `_seq >= ${from} AND _seq <= ${to}`)];
}

/** `listed` sorted. */
export function isListable(listed: readonly number[], bounds: Bounds | undefined): boolean {
  if (listed.length <= MAX_VECTORS) return true;
  return (listed.length <= MAX_LISTED && vectorsOf(listed) <= MAX_VECTORS) || isReadSooner(listed, bounds);
}

/**
 * Whether DuckDB is through with those vectors alone that have listed rows sooner than with all by their bits, which take as
 * long as looking through some 2,000 numbers. Of ten million rows 269 that lie everywhere took 298 ms of CPU by bits.
 */
export function isReadSooner(listed: readonly number[], bounds: Bounds | undefined): boolean {
  if (bounds === undefined || listed.length > MAX_LISTED) return false;
  const all = (bounds[1] - bounds[0]) / 2 ** VECTOR_BITS;
  return vectorsOf(listed) * (1 + listed.length / 2_000) <= all / 2;
}

/** In how many of DuckDB's vectors they lie, about. */
function vectorsOf(listed: readonly number[]): number {
  let vectors = 0;
  let last = -1;
  for (const seqNo of listed) {
    const vector = Math.floor(seqNo / 2 ** VECTOR_BITS);
    if (vector !== last) vectors += 1;
    last = vector;
  }
  return vectors;
}

/**
 * DuckDB skips row groups by a list, or by comparisons with one number that OR joins, but by nothing in which OR and AND are
 * mixed. So each gap between ranges is told by itself: a row lies before it, behind it, or is one of those listed in it.
 */
export function gapConditions({ listed, ranges }: RowSet): string[] {
  const conditions: string[] = [];
  for (let gap = 0; gap <= ranges.length; gap += 1) {
    const before = ranges[gap - 1]?.[1];
    const behind = ranges[gap]?.[0];
    const parts = listed
      .filter((seqNo) => seqNo > (before ?? -1) && seqNo < (behind ?? Number.POSITIVE_INFINITY))
      .map((seqNo) => `_seq = ${seqNo}`);
    if (before !== undefined) parts.unshift(`_seq <= ${before}`);
    if (behind !== undefined) parts.push(`_seq >= ${behind}`);
    conditions.push(`(${parts.join(' OR ')})`);
  }
  return conditions;
}
