// local/opensearch: the pieces of a text that a highlight shows, as Lucene's unified highlighter cuts and chooses them.
// https://lucene.apache.org/core/10_3_0/highlighter/org/apache/lucene/search/uhighlight/UnifiedHighlighter.html
import { sentenceBreaks } from './sentence-breaks.ts';

export interface WordPlace {
  readonly start: number;
  readonly end: number;
  /** What was looked for: the rare counts more. */
  readonly term: string;
}

export interface Passage {
  readonly start: number;
  readonly end: number;
  readonly words: readonly WordPlace[];
}

export interface PassageOptions {
  readonly fragmentSize: number;
  readonly fragments: number;
  readonly isByScore: boolean;
}

/** Between the values of a field: no passage reaches over it. */
export const VALUE_BREAK = '\u0000';

/** `words` in the order of their starts. */
export function passagesOf(
  text: string,
  words: readonly WordPlace[],
  { fragmentSize, fragments, isByScore }: PassageOptions,
): readonly Passage[] {
  const found: { start: number; end: number; words: WordPlace[] }[] = [];
  let part: Part | undefined;
  for (const word of words) {
    const last = found.at(-1);
    if (last !== undefined && word.start < last.end) {
      last.words.push(word);
      continue;
    }
    if (part === undefined || word.start >= part.end) part = partAt(text, word.start);
    const cut =
      fragments === 0 ? { start: 0, end: part.end - part.start } : part.cut(word.start - part.start, fragmentSize);
    found.push({ start: part.start + cut.start, end: part.start + cut.end, words: [word] });
  }
  if (fragments === 0 || (found.length <= fragments && !isByScore)) return found;
  const counts = new Map<string, number>();
  for (const { term } of words) counts.set(term, (counts.get(term) ?? 0) + 1);
  const scored = found.map((passage) => ({
    passage,
    score: scoreOf(passage, counts, text.length),
  }));
  const best = scored.sort((left, right) => right.score - left.score || left.passage.start - right.passage.start);
  const chosen = best.slice(0, fragments).map(({ passage }) => passage);
  return isByScore ? chosen : chosen.sort((left, right) => left.start - right.start);
}

/** What is shown where nothing was found: the beginning of the first value, up to the end of a word. */
export function beginningOf(text: string, size: number): Passage | undefined {
  let start = 0;
  while (text.charAt(start) === VALUE_BREAK) start += 1;
  if (size <= 0 || start >= text.length) return undefined;
  const { end } = partAt(text, start);
  if (start + size >= end) return { start, end, words: [] };
  const breaks = wordBreaks(text.slice(start, end));
  return { start, end: start + following(breaks, size), words: [] };
}

interface Part {
  readonly start: number;
  readonly end: number;
  cut(at: number, size: number): { readonly start: number; readonly end: number };
}

/** The value around a place, and its sentences: as many of them as fit, or a piece of one that is too long. */
function partAt(text: string, place: number): Part {
  const start = text.lastIndexOf(VALUE_BREAK, place) + 1;
  const next = text.indexOf(VALUE_BREAK, place);
  const end = next < 0 ? text.length : next;
  const value = text.slice(start, end);
  const sentences = sentenceBreaks(value);
  const words = wordBreaks(value);
  let window = { start: -1, end: -1 };
  let inner = { start: -1, end: 0 };
  return {
    start,
    end,
    cut: (at, size) => {
      const offset = at + 1;
      if (offset > window.start && offset < window.end) inner = { start: inner.end, end: window.end };
      else {
        let until = following(sentences, offset - 1);
        const from = preceding(sentences, offset);
        while (until - from < size) {
          const longer = following(sentences, until);
          if (longer === until || longer - from > size) break;
          until = longer;
        }
        window = { start: from, end: until };
        inner = window;
      }
      if (inner.end - inner.start > size) {
        let [from, until] = [inner.start, inner.end];
        if (offset - size > from) from = Math.max(from, preceding(words, offset - size));
        const remaining = Math.max(0, size - (offset - from));
        if (offset + remaining < window.end) until = Math.min(window.end, following(words, offset + remaining));
        inner = { start: from, end: until };
      }
      return inner;
    },
  };
}

const WORDS = new Intl.Segmenter('en', { granularity: 'word' });

/** To Java a curly apostrophe is no part of a word. */
function wordBreaks(text: string): readonly number[] {
  const breaks = new Set([0, text.length]);
  for (const { index } of WORDS.segment(text)) breaks.add(index);
  for (let at = text.indexOf('’'); at >= 0; at = text.indexOf('’', at + 1)) breaks.add(at).add(at + 1);
  return [...breaks].sort((left, right) => left - right);
}

/** The last break before a place; the text's beginning where there is none. */
function preceding(breaks: readonly number[], place: number): number {
  return breaks.findLast((at) => at < place) ?? 0;
}

function following(breaks: readonly number[], place: number): number {
  return breaks.find((at) => at > place) ?? breaks.at(-1) ?? 0;
}

const K1 = 1.2;
const B = 0.75;
/** Length of a usual passage. */
const PIVOT = 87;

function scoreOf(passage: Passage, counts: ReadonlyMap<string, number>, textLength: number): number {
  const inPassage = new Map<string, number>();
  for (const { term } of passage.words) inPassage.set(term, (inPassage.get(term) ?? 0) + 1);
  const norm = K1 * (1 - B + B * ((passage.end - passage.start) / PIVOT));
  let score = 0;
  for (const [term, frequency] of inPassage) {
    const documents = 1 + textLength / PIVOT;
    const weight = (K1 + 1) * Math.log(1 + (documents + 0.5) / ((counts.get(term) ?? 0) + 0.5));
    score += (frequency / (frequency + norm)) * weight;
  }
  return score * (1 + 1 / Math.log(PIVOT + passage.start));
}
