// generate: the same items in an order of chance.
import type { Random } from './random.ts';

/** Shuffles in place and hands the list back. */
export function shuffle<T>(items: T[], random: Random): T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = random.integer(0, at);
    const kept = items[at] as T; // both indices lie within the list
    items[at] = items[other] as T;
    items[other] = kept;
  }
  return items;
}

/** One of a list that is not empty, of whatever length. */
export function pickFrom<T>(items: readonly T[], random: Random): T {
  return items[random.integer(0, items.length - 1)] as T; // within the list, which is not empty
}
