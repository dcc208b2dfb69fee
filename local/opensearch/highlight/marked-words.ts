// local/opensearch/highlight: where a field's texts are marked: the words that a query's leaves mean, and those of its phrases.
// https://lucene.apache.org/core/10_0_0/highlighter/org/apache/lucene/search/uhighlight/package-summary.html
import { standardTokensWithPlaces } from '../../../lib/query/standard-tokens.ts';
import type { Field } from '../mapping/field.ts';
import type { Mark, WordTest } from '../query/mark.ts';

/** Stands between the values of a field; a text that holds it counts as several. */
export const VALUE_END = '\0';
/** Places between the last word of one value and the first of the next. */
const VALUE_GAP = 100;

export interface Word {
  readonly text: string;
  /** UTF-16 units in all values together. */
  readonly start: number;
  readonly end: number;
  readonly place: number;
}

export interface MarkedWord extends Pick<Word, 'start' | 'end'> {
  /** What it was found by, and how often that is in the field: for the passage's score. */
  readonly term: string;
  readonly frequency: number;
}

export type Passes = (test: WordTest, word: string) => boolean;

/** The words of a field's joined values. */
export function wordsIn(content: string, field: Field): readonly Word[] {
  const words: Word[] = [];
  let place = 0;
  let from = 0;
  for (const value of content.split(VALUE_END)) {
    if (field.family !== 'text') {
      if (value !== '') words.push({ text: value, start: from, end: from + value.length, place });
      place += 1;
    } else {
      for (const { text, start, end } of standardTokensWithPlaces(value)) {
        words.push({ text, start: from + start, end: from + end, place });
        place += 1;
      }
    }
    place += VALUE_GAP;
    from += value.length + 1;
  }
  return words;
}

/** In the order of the text. */
export function markWords(words: readonly Word[], marks: readonly Mark[], passes: Passes): readonly MarkedWord[] {
  const found: MarkedWord[] = [];
  const add = (term: string, list: readonly Word[]): void => {
    for (const { start, end } of list) found.push({ start, end, term, frequency: list.length });
  };
  const alone = new Map<string, WordTest>();
  const phrases: Mark[] = [];
  for (const [number, mark] of marks.entries()) {
    const [test] = mark.words;
    if (mark.isPhrase) phrases.push(mark);
    else if (test !== undefined) alone.set(test.kind === 'word' ? test.text : `\0${number}`, test);
  }
  const places = Map.groupBy(words, ({ text }) => text);
  for (const [term, test] of alone) add(term, placesOf(test, places, passes));
  // A word that is looked for by itself too is marked wherever it stands.
  const inPhrases = new Map<string, Set<Word>>();
  for (const word of phrases.flatMap((phrase) => [...wordsOfPhrase(places, phrase, passes)])) {
    if (alone.has(word.text)) continue;
    const known = inPhrases.get(word.text);
    if (known === undefined) inPhrases.set(word.text, new Set([word]));
    else known.add(word);
  }
  for (const [term, set] of inPhrases) add(term, [...set]);
  return found.sort(
    (left, right) => left.start - right.start || left.end - right.end || (left.term < right.term ? -1 : 1),
  );
}

type Places = ReadonlyMap<string, readonly Word[]>;

/** Each word is asked about once, however often it stands there. */
function placesOf(test: WordTest, places: Places, passes: Passes): readonly Word[] {
  if (test.kind === 'word') return places.get(test.text) ?? [];
  const lists = [...places].flatMap(([text, list]) => (passes(test, text) ? [list] : []));
  return lists.length === 1 ? (lists[0] ?? []) : lists.flat().sort((left, right) => left.place - right.place);
}

function wordsOfPhrase(places: Places, { words: tests, slop }: Mark, passes: Passes): Iterable<Word> {
  const lists = tests.map((test) => placesOf(test, places, passes));
  return slop === 0 ? inOrder(lists) : within(lists, slop);
}

function inOrder(lists: readonly (readonly Word[])[]): Iterable<Word> {
  const [first = [], ...rest] = lists.map((list) => new Map(list.map((word) => [word.place, word])));
  const marked: Word[] = [];
  for (const [place, word] of first) {
    const others = rest.map((list, at) => list.get(place + at + 1));
    if (others.every((other) => other !== undefined)) marked.push(word, ...others);
  }
  return marked;
}

/**
 * In any order, with at most `slop` places between the first and the last that are none of the phrase's: not the count of
 * moves by which the search matches. Two equal words of a phrase may be one and the same in the text here.
 */
function within(lists: readonly (readonly Word[])[], slop: number): Iterable<Word> {
  const seats = lists.map((list) => ({ list, at: 0 }));
  const marked = new Set<Word>();
  let last = Number.NEGATIVE_INFINITY;
  for (;;) {
    const window: Word[] = [];
    let first: (typeof seats)[number] | undefined;
    let start = Number.POSITIVE_INFINITY;
    for (const seat of seats) {
      const word = seat.list[seat.at];
      if (word === undefined) return marked;
      window.push(word);
      last = Math.max(last, word.place);
      if (word.place < start) [first, start] = [seat, word.place];
    }
    if (first === undefined) return marked;
    if (last + 1 - start - window.length <= slop) for (const word of window) marked.add(word);
    first.at += 1;
  }
}
