// local/opensearch/highlight: passages of a marked text: where they begin and end, which of them are the best, how they are shown.
// https://lucene.apache.org/core/10_0_0/highlighter/org/apache/lucene/search/uhighlight/PassageScorer.html
import { finderOf, sentenceFinder, wordBreaks } from '../../../lib/query/text-breaks.ts';
import type { HighlightOptions } from './highlight-request.ts';
import { type MarkedWord, VALUE_END } from './marked-words.ts';
import { createPassageBounds, type PassageBounds, wholeBounds } from './passage-bounds.ts';

interface Passage {
  readonly start: number;
  readonly end: number;
  readonly marked: MarkedWord[];
  score: number;
}

/** The passages as they are shown; none where nothing is. */
export function passagesOf(
  content: string,
  marked: readonly MarkedWord[],
  options: HighlightOptions,
  isAnalysed: boolean,
): readonly string[] {
  const passages = bestPassages(content, marked, options, isAnalysed);
  if (passages.length === 0) {
    const start = unmarkedPassage(content, options);
    if (start !== undefined) passages.push(start);
  }
  const shown = passages
    .map((passage) => ({ text: shownPassage(passage, content, options), score: passage.score }))
    .filter(({ text }) => /\P{White_Space}/u.test(text));
  if (options.isByScore) shown.sort((left, right) => right.score - left.score);
  return shown.map(({ text }) => text);
}

function bestPassages(
  content: string,
  marked: readonly MarkedWord[],
  options: HighlightOptions,
  isAnalysed: boolean,
): Passage[] {
  const most = options.numberOfFragments <= 0 ? Number.POSITIVE_INFINITY : options.numberOfFragments;
  const best: Passage[] = [];
  const keep = (passage: Passage | undefined): void => {
    if (passage === undefined) return;
    passage.score = scoreOf(passage, content.length);
    best.push(passage);
    if (best.length <= most) return;
    const worst = best.reduce((low, one) => (byScore(one, low) < 0 ? one : low));
    best.splice(best.indexOf(worst), 1);
  };
  let value: { readonly start: number; readonly end: number; readonly bounds: PassageBounds } | undefined;
  let passage: Passage | undefined;
  for (const word of marked) {
    if (passage === undefined || word.start >= passage.end) {
      keep(passage);
      if (value === undefined || word.start > value.end) value = valueAt(content, word.start, options, isAnalysed);
      const { start, end } = value.bounds(word.start - value.start);
      passage = { start: value.start + start, end: value.start + end, marked: [], score: 0 };
    }
    passage.marked.push(word);
  }
  keep(passage);
  return best.sort((left, right) => left.start - right.start);
}

function valueAt(content: string, at: number, options: HighlightOptions, isAnalysed: boolean) {
  const start = content.lastIndexOf(VALUE_END, at - 1) + 1;
  const next = content.indexOf(VALUE_END, at);
  const end = next < 0 ? content.length : next;
  const text = content.slice(start, end);
  const isWhole = options.numberOfFragments === 0 || !isAnalysed;
  const bounds = isWhole
    ? wholeBounds(text)
    : options.scanner === 'word'
      ? createPassageBounds(text, finderOf(wordBreaks(text)), 0)
      : createPassageBounds(text, sentenceFinder(text), options.fragmentSize);
  return { start, end, bounds };
}

function byScore(left: Passage, right: Passage): number {
  return left.score - right.score || left.start - right.start;
}

const [SATURATION, LENGTH_WEIGHT, USUAL_LENGTH] = [1.2, 0.75, 87];

/** As if passages were documents: what is rare in the field, early in it and in a short passage counts more. */
function scoreOf({ start, end, marked }: Passage, contentLength: number): number {
  const terms = new Map<string, { frequency: number; count: number }>();
  for (const { term, frequency } of marked) {
    const known = terms.get(term);
    if (known === undefined) terms.set(term, { frequency, count: 1 });
    else known.count += 1;
  }
  const passages = 1 + contentLength / USUAL_LENGTH;
  const norm = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * ((end - start) / USUAL_LENGTH));
  let score = 0;
  for (const { frequency, count } of terms.values()) {
    const weight = (SATURATION + 1) * Math.fround(Math.log(1 + (passages + 0.5) / (frequency + 0.5)));
    score = Math.fround(score + Math.fround(Math.fround(count / Math.fround(count + norm)) * Math.fround(weight)));
  }
  return Math.fround(score * Math.fround(1 + 1 / Math.fround(Math.log(USUAL_LENGTH + start))));
}

/** The beginning of the first value, up to the end of a word. */
function unmarkedPassage(content: string, { noMatchSize }: HighlightOptions): Passage | undefined {
  if (noMatchSize <= 0) return undefined;
  const start = /[^\0]/.exec(content)?.index;
  if (start === undefined) return undefined;
  const next = content.indexOf(VALUE_END, start);
  let end = next < 0 ? content.length : next;
  const wanted = start + noMatchSize;
  if (wanted < end) end = wordBreaks(content).find((place) => place > wanted) ?? content.length;
  return { start, end, marked: [], score: 0 };
}

const HTML: Readonly<Record<string, string>> = {
  '"': '&quot;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#x27;',
  '/': '&#x2F;',
};

function shownPassage({ start, end, marked }: Passage, content: string, options: HighlightOptions): string {
  const { preTag, postTag, isHtml } = options;
  const part = (from: number, to: number): string => {
    const text = content.slice(from, Math.max(from, to));
    return isHtml ? text.replaceAll(/["&<>'/]/g, (char) => HTML[char] ?? char) : text;
  };
  let shown = '';
  let at = start;
  for (let number = 0; number < marked.length; number += 1) {
    const word = marked[number];
    if (word === undefined) break;
    let wordEnd = word.end;
    // Marks that overlap are one.
    for (let next = marked[number + 1]; next !== undefined && next.start < wordEnd; next = marked[number + 1]) {
      wordEnd = next.end;
      number += 1;
    }
    wordEnd = Math.min(wordEnd, end);
    shown += `${part(at, word.start)}${preTag}${part(word.start, wordEnd)}${postTag}`;
    at = wordEnd;
  }
  shown += part(at, end);
  // A separator at the end goes; then as Java trims: every control character, and no other space than the plain one.
  return shown
    .replace(/[\0\u2029]$/, '')
    .replace(/^[\0-\x20]+/, '')
    .replace(/[\0-\x20]+$/, '');
}
