// flow: which numbers of a pool are in use, in runs that stay within a page, so that only those are saved.

export interface Run {
  readonly start: number;
  readonly end: number;
}

/** Runs of the numbers below `count` that are not in `free`; `pageLength` is a power of two. */
export function* usedRuns(count: number, free: Iterable<number>, pageLength: number): Generator<Run> {
  const isFree = new Uint8Array(count);
  for (const number of free) isFree[number] = 1;
  let start = -1;
  for (let number = 0; number <= count; number++) {
    const isOver = number === count || isFree[number] === 1;
    if (start >= 0 && (isOver || (number & (pageLength - 1)) === 0)) {
      yield { start, end: number };
      start = -1;
    }
    if (start < 0 && !isOver) start = number;
  }
}
