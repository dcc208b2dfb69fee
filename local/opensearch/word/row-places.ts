// local/opensearch/word: where rows lie: a few places, from and to, apart from each other; a dump's flows have what others do not.
import { WORD_ROWS } from './bit-words.ts';
import type { Bounds, WordRows } from './word-rows.ts';

/** Rows between two places, at least: DuckDB leaves whole row groups out. */
const APART = 16_384;

/** All rows lie in these, `most` of them; those that are farthest apart. */
export function rowPlaces(rows: WordRows, most: number): readonly Bounds[] {
  const gaps: Bounds[] = [];
  let first = -1;
  let last = -1;
  const take = (from: number, to: number): void => {
    if (first < 0) first = from;
    else if (from - last > APART) gaps.push([last, from]);
    last = to;
  };
  // two rows of a stretch are not so far apart
  if (rows.list === undefined) rows.eachStretch(APART / 2 / WORD_ROWS, take);
  else for (const row of rows.list) take(row, row);
  if (first < 0) return [];
  const widest = gaps
    .toSorted((left, right) => right[1] - right[0] - (left[1] - left[0]))
    .slice(0, most - 1)
    .toSorted((left, right) => left[0] - right[0]);
  const starts = [first, ...widest.map(([, behind]) => behind)];
  const ends = [...widest.map(([before]) => before), last];
  return starts.map((start, at) => [start, ends[at] ?? last]);
}
