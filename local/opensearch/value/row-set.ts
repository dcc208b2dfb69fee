// local/opensearch/value: rows that a condition may hold for, by sequence number: it holds for no others.

export interface RowSet {
  readonly listed: readonly number[];
  /** From, to, both included. */
  readonly ranges: readonly (readonly [number, number])[];
}

export const NO_ROWS: RowSet = { listed: [], ranges: [] };

/** Sorted, each row once, ranges apart from each other and from what is listed. */
export function unionOf(sets: readonly RowSet[]): RowSet {
  const ranges = joinedRanges(sets.flatMap((set) => set.ranges));
  const listed = sortedSet(sets.flatMap((set) => set.listed));
  return { listed: listed.filter((seqNo) => !isWithin(ranges, seqNo)), ranges };
}

/** In order, those that touch as one. */
export function joinedRanges(ranges: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const apart: (readonly [number, number])[] = [];
  for (const [from, to] of ranges.toSorted((left, right) => left[0] - right[0])) {
    const last = apart.at(-1);
    if (last !== undefined && from <= last[1] + 1) apart[apart.length - 1] = [last[0], Math.max(last[1], to)];
    else apart.push([from, to]);
  }
  return apart;
}

function sortedSet(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((left, right) => left - right);
}

function isWithin(ranges: readonly (readonly [number, number])[], seqNo: number): boolean {
  return ranges.some(([from, to]) => seqNo >= from && seqNo <= to);
}

/** Rows of both, or of one where telling would take longer than reading. */
export function intersectionOf(left: RowSet, right: RowSet): RowSet {
  if (left.ranges.length === 0 || right.ranges.length === 0) {
    const [list, other] = left.ranges.length === 0 ? [left, right] : [right, left];
    const known = new Set(other.listed);
    return {
      listed: list.listed.filter((seqNo) => known.has(seqNo) || isWithin(other.ranges, seqNo)),
      ranges: [],
    };
  }
  return lengthOf(left) <= lengthOf(right) ? left : right;
}

function lengthOf({ ranges }: RowSet): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}
