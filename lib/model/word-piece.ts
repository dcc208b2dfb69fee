// model: WordPiece (Wu et al. 2016, arXiv 1609.08144, as BERT uses it): a word as the longest pieces of the vocabulary, from the left.

import type { Vocabulary } from './vocabulary.ts';

/** A longer word is unknown (Hugging Face's `max_input_chars_per_word`). */
const MAX_WORD_CHARACTERS = 100;

/** Ids of one word's pieces; the one of `[UNK]` where some part of it is no piece. `word` has no spaces and no punctuation. */
export function wordPieces({ ids, unknown }: Vocabulary, word: string): readonly number[] {
  if (word.length > MAX_WORD_CHARACTERS) return [unknown];
  const pieces: number[] = [];
  for (let start = 0; start < word.length; ) {
    let end = word.length;
    let id: number | undefined;
    for (; end > start; end -= 1) {
      const piece = word.slice(start, end);
      id = ids.get(start === 0 ? piece : `##${piece}`);
      if (id !== undefined) break;
    }
    if (id === undefined) return [unknown];
    pieces.push(id);
    start = end;
  }
  return pieces;
}
