// local/opensearch: what a query looks for in the words of a field, kept while it is compiled, for a hit's highlights.
import type { Field } from './field.ts';

/** One thing looked for in a field: a word, words next to each other, or whatever fits all of some expressions. */
export type HighlightMark =
  | { readonly kind: 'word'; readonly field: Field; readonly word: string }
  | { readonly kind: 'phrase'; readonly field: Field; readonly words: readonly string[]; readonly isExact: boolean }
  | {
      readonly kind: 'expression';
      readonly field: Field;
      readonly expressions: readonly string[];
      readonly flags: string;
    };

/** Of a query beyond it no more are kept: highlights are for reading. */
const MAX_MARKS = 2_000;

/** Undefined where nobody wants to know, and within what must not match. */
export type HighlightMarks = HighlightMark[] | undefined;

export function addMark(marks: HighlightMarks, mark: HighlightMark): void {
  if (marks !== undefined && marks.length < MAX_MARKS) marks.push(mark);
}
