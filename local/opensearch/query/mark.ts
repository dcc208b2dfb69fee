// local/opensearch/query: what a leaf of a query marks in the texts of a hit: single words, and words that stand together.
import { type Predicate, test } from './predicate.ts';

/** Whether a word is meant; `condition` is SQL over it, the very one that the search itself asks. */
export type WordTest =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'pattern'; readonly condition: (word: string) => string };

export interface Mark {
  /** Name of the field that is asked. */
  readonly field: string;
  /** One word, or those of a phrase in order. */
  readonly words: readonly WordTest[];
  readonly slop: number;
  /** One word that is looked for as a phrase is. */
  readonly isPhrase: boolean;
}

/** What a leaf is compiled to where the query is read for its marks. */
export function marking(field: string, words: readonly WordTest[], phrase?: { readonly slop: number }): Predicate {
  const mark = { field, words, slop: phrase?.slop ?? 0, isPhrase: phrase !== undefined };
  return { kind: 'test', sql: 'true', boost: 1, mark };
}

/** A leaf that marks nothing: of numbers, addresses, dates. */
export const UNMARKED: Predicate = test('true');

/** Of every leaf that a hit may match by; what must not match marks nothing. */
export function marksOf(predicate: Predicate): readonly Mark[] {
  switch (predicate.kind) {
    case 'all':
    case 'none':
    // no leaf is looked up where its marks are asked for
    case 'rows':
      return [];
    case 'test':
      return predicate.mark === undefined ? [] : [predicate.mark];
    case 'constant':
      return marksOf(predicate.of);
    case 'any':
      return predicate.of.flatMap(marksOf);
    case 'boolean':
      return [...predicate.must, ...predicate.filter, ...predicate.should].flatMap(marksOf);
  }
}
