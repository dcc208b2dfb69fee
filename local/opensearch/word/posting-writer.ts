// local/opensearch/word: writes a word's entries: documents ascending, in each the places ascending, all as varints.
// The document's distance from the one before; then the place, or where the document is the same, the distance to it.
import { PageBytes } from '../segment/page-bytes.ts';
import { type PostingBytes, PostingCursor } from './posting-cursor.ts';

const FIRST_BYTES = 256;

export class PostingWriter {
  readonly bytes = new PageBytes(FIRST_BYTES);
  private document = 0;
  private place = -1;

  clear(): void {
    this.bytes.clear();
    this.document = 0;
    this.place = -1;
  }

  /** The document as its distance from the base. */
  add(document: number, place: number): void {
    const step = document - this.document;
    this.bytes.varint(step);
    this.bytes.varint(step === 0 && this.place >= 0 ? place - this.place : place);
    this.document = document;
    this.place = place;
  }

  /** Entries that were written before, of documents counted from `distance` behind this one's base. */
  addPosting(posting: PostingBytes, distance: number): void {
    const cursor = new PostingCursor(distance, [posting]);
    if (!cursor.next()) return;
    this.add(cursor.document, cursor.place);
    // the others are told from the one before, and stay as they are
    this.bytes.bytes(posting.bytes, cursor.at, posting.end);
    cursor.toLast();
    this.document = cursor.document;
    this.place = cursor.place;
  }
}
