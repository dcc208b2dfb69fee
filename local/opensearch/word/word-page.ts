// local/opensearch/word: a segment's words in pages: each word with where it stands.
// A page: for each word its length in bytes, the word, its posting's length in bytes, the posting; lengths are varints. Words lie
// in the order of their bytes; as texts they have a character for each byte. A word with very many entries has pages of its own,
// one after the other, each of which begins anew.
import { MAX_VARINT_BYTES, PageBytes } from '../segment/page-bytes.ts';
import type { SegmentPage } from '../segment/segment-file.ts';
import type { PostingBytes } from './posting-cursor.ts';
import { PostingWriter } from './posting-writer.ts';

/** A lookup reads one page a segment. Unpacking it, had it been zstd, took three times as long as finding and reading it. */
const PAGE_BYTES = 2_048;
/** Postings of a word in one page: so much of it is in memory at once when segments are merged. */
const PART_BYTES = 65_536;

/** The key of a word's page; pages of its own that follow are numbered: no word has a byte that is 0. */
export function wordKey(field: number, word: string, part = 0): Uint8Array {
  const key = Buffer.allocUnsafe(4 + word.length + (part === 0 ? 0 : 5));
  key.writeUInt32BE(field, 0);
  key.write(word, 4, 'latin1');
  if (part > 0) key.writeUInt32BE(part, key.writeUInt8(0, 4 + word.length));
  return key;
}

/** Behind all pages of a word, before those of the next. */
export function wordKeyEnd(field: number, word: string): Uint8Array {
  return wordKey(field, `${word}\u0001`);
}

/** A word with a character for each byte. */
export function byteText(word: string): string {
  return Buffer.from(word).toString('latin1');
}

/** Whether pages of the same word may follow one that begins with it. */
export function mayContinue(page: Uint8Array): boolean {
  return page.length >= PART_BYTES;
}

/** Takes words in order, each with its entries in order, and makes pages of them; each page holds words of one field. */
export class WordPageWriter {
  private readonly page = new PageBytes(PAGE_BYTES * 2);
  private readonly posting = new PostingWriter();
  private pages: SegmentPage[] = [];
  private pageField = 0;
  private pageWord = '';
  private field = 0;
  private word = '';
  private part = 0;

  begin(field: number, word: string): void {
    this.field = field;
    this.word = word;
    this.part = 0;
    this.posting.clear();
  }

  /** The document as its distance from the base. */
  add(document: number, place: number): void {
    this.makeRoom();
    this.posting.add(document, place);
  }

  /** Entries of a page that was written before, of documents counted from `distance` behind this one's base. */
  addPosting(posting: PostingBytes, distance: number): void {
    this.makeRoom();
    this.posting.addPosting(posting, distance);
  }

  end(): void {
    if (this.part > 0) {
      this.endPart();
      return;
    }
    if (this.page.length > 0 && (this.pageField !== this.field || this.page.length >= PAGE_BYTES)) this.endPage();
    if (this.page.length === 0) {
      this.pageField = this.field;
      this.pageWord = this.word;
    }
    this.write(this.page);
  }

  private makeRoom(): void {
    if (this.posting.bytes.length < PART_BYTES) return;
    if (this.part === 0) this.endPage();
    this.endPart();
  }

  private endPart(): void {
    const { field, word, part } = this;
    const page = new PageBytes(this.posting.bytes.length + word.length + 2 * MAX_VARINT_BYTES);
    this.write(page);
    this.pages.push({ key: wordKey(field, word, part), data: page.copy() });
    this.part += 1;
    this.posting.clear();
  }

  private write(page: PageBytes): void {
    page.varint(this.word.length);
    page.latin1(this.word);
    page.varint(this.posting.bytes.length);
    page.append(this.posting.bytes);
  }

  private endPage(): void {
    if (this.page.length > 0) this.pages.push({ key: wordKey(this.pageField, this.pageWord), data: this.page.copy() });
    this.page.clear();
  }

  /** Pages that are ready; `isAll`: no word follows. */
  take(isAll: boolean): readonly SegmentPage[] {
    if (isAll) this.endPage();
    const { pages } = this;
    if (pages.length > 0) this.pages = [];
    return pages;
  }
}

/** Reads a page's words one after the other; postings are unpacked only where they are asked for. */
export class OpenWordPage {
  readonly bytes: Buffer;
  /** Of the posting of the word that was read last. */
  start = 0;
  end = 0;

  constructor(data: Uint8Array) {
    this.bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  }

  /** The next word; undefined at the end. */
  next(): string | undefined {
    if (this.end >= this.bytes.length) return undefined;
    this.start = this.end;
    const length = this.varint();
    const from = this.start;
    this.start += length;
    this.skip();
    return this.bytes.toString('latin1', from, from + length);
  }

  /** Goes to a word; false where it is not there. */
  find(word: string): boolean {
    const { bytes } = this;
    while (this.end < bytes.length) {
      this.start = this.end;
      const length = this.varint();
      const from = this.start;
      const limit = Math.min(length, word.length);
      let at = 0;
      while (at < limit && bytes[from + at] === word.charCodeAt(at)) at += 1;
      this.start += length;
      this.skip();
      if (at === limit ? length >= word.length : (bytes[from + at] ?? 0) > word.charCodeAt(at))
        return at === limit && length === word.length;
    }
    return false;
  }

  /** The posting of the word that was read last. */
  get posting(): PostingBytes {
    return { bytes: this.bytes, start: this.start, end: this.end };
  }

  /** Over the posting's length, to the posting. */
  private skip(): void {
    const size = this.varint();
    this.end = this.start + size;
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.start] ?? 0;
      this.start += 1;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
}
