// local/opensearch/segment: which segments are to become one: neighbours of about one size, as soon as they are many.
// A lookup reads a page of each segment; so there are few, and each row is written again as often as there are sizes.

/** Rows of a segment that is made of rows. */
export const SEGMENT_ROWS = 32_768;
/** As many become one. */
export const FAN_IN = 8;
/** Sizes: 32,768 rows, 262,144 and two million, which stay: to merge those takes twice their room meanwhile, for gigabytes. */
const LAST_LEVEL = 2;
/** Rows come in batches: a segment may have some more than it should. */
const SLACK = 1.5;

interface Extent {
  readonly first: number;
  readonly last: number;
}

/**
 * The oldest of the smallest that should be merged, with any smaller ones between them; `segments` in order. None that are
 * `apart` become one.
 */
export function dueForMerge<T extends Extent>(
  segments: readonly T[],
  isApart: (segment: T, next: T) => boolean,
): readonly T[] | undefined {
  for (let level = 0; level < LAST_LEVEL; level += 1) {
    let run: T[] = [];
    let count = 0;
    for (const segment of segments) {
      const own = levelOf(segment);
      const before = run.at(-1);
      if (before !== undefined && isApart(before, segment)) {
        run = [];
        count = 0;
      }
      if (own > level) {
        run = [];
        count = 0;
      } else if (own === level || count > 0) {
        run.push(segment);
        if (own === level) count += 1;
        if (count === FAN_IN) return run;
      }
    }
  }
  return undefined;
}

function levelOf({ first, last }: Extent): number {
  let level = 0;
  while (last - first + 1 > SEGMENT_ROWS * FAN_IN ** level * SLACK) level += 1;
  return level;
}
