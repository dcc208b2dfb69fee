// local/opensearch/highlight: where the passage around a marked word begins and ends in its value, told word by word from left to right.
import { type BreakFinder, finderOf, wordBreaks } from '../../../lib/query/text-breaks.ts';

/** Of the word that begins at a place, which must not lie before that of the call before. */
export type PassageBounds = (place: number) => { readonly start: number; readonly end: number };

export function wholeBounds(text: string): PassageBounds {
  return () => ({ start: 0, end: text.length });
}

/**
 * Passages end where `main` has a break. Short ones are joined up to `size` characters; one that is longer is cut anew
 * between words, around the marked one. 0 and below: as the breaks are.
 */
export function createPassageBounds(text: string, main: BreakFinder, size: number): PassageBounds {
  if (size <= 0) return (place) => ({ start: main.before(place + 1), end: main.behind(place) ?? text.length });
  let words: BreakFinder | undefined;
  let [windowStart, windowEnd, start, end] = [-1, -1, -1, 0];
  return (place) => {
    const from = place + 1;
    if (from > windowStart && from < windowEnd) {
      start = end;
      end = windowEnd;
    } else {
      windowStart = start = main.before(from);
      windowEnd = end = main.behind(place) ?? text.length;
      while (end - start < size) {
        const next = main.behind(end);
        if (next === undefined || next - start > size) break;
        windowEnd = end = next;
      }
    }
    if (end - start > size) {
      words ??= finderOf(wordBreaks(text));
      if (from - size > start) start = Math.max(start, words.before(from - size));
      const rest = Math.max(0, size - (from - start));
      if (from + rest < windowEnd) end = Math.min(windowEnd, words.behind(from + rest) ?? windowEnd);
    }
    return { start: Math.max(0, start), end };
  };
}
