// local/opensearch/word: documents in which words stand next to each other, by going over their entries side by side.
import type { PostingCursor } from './posting-cursor.ts';
import type { RowBits } from './row-bits.ts';

/** Tells each place of the first word where all stand in order, one after the other, until told not to go on in its document. */
function eachPhrase(
  words: readonly PostingCursor[],
  found: (document: number, place: number) => 'next' | 'skip',
): void {
  const [first, ...others] = words;
  if (first === undefined || words.some((word) => !word.next())) return;
  for (;;) {
    const { document, place } = first;
    const apart = others.findIndex((word, at) => word.document !== document || word.place !== place + at + 1);
    if (apart < 0) {
      const hasMore = found(document, place) === 'skip' ? first.seek(document + 1, 0) : first.next();
      if (!hasMore) return;
      continue;
    }
    const other = others[apart];
    if (other === undefined || !other.seek(document, place + apart + 1)) return;
    if (!first.seek(other.document, other.place - apart - 1)) return;
  }
}

export function findPhrase(words: readonly PostingCursor[], rows: RowBits): void {
  eachPhrase(words, (document) => {
    rows.add(document);
    return 'skip';
  });
}

/** The last word is one of several. */
export function findPhraseOfSeveral(
  words: readonly PostingCursor[],
  last: readonly PostingCursor[],
  rows: RowBits,
): void {
  const documents: number[] = [];
  const places: number[] = [];
  eachPhrase(words, (document, place) => {
    documents.push(document);
    places.push(place + words.length);
    return 'next';
  });
  for (const word of last) {
    for (let at = 0; at < documents.length && word.seek(documents[at] ?? 0, places[at] ?? 0); ) {
      const { document, place } = word;
      if (documents[at] === document && places[at] === place) rows.add(document);
      at = firstFrom(documents, places, at + 1, document, place);
    }
  }
}

/** The first entry from `from` on that is not before this one, looked for in ever longer steps. */
function firstFrom(
  documents: readonly number[],
  places: readonly number[],
  from: number,
  document: number,
  place: number,
): number {
  const isBefore = (at: number): boolean => {
    const own = documents[at] ?? Number.POSITIVE_INFINITY;
    return own < document || (own === document && (places[at] ?? 0) < place);
  };
  let step = 1;
  while (isBefore(from + step)) step *= 2;
  let low = from;
  let high = from + step;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
