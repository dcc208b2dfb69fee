// local/opensearch/word: the words of several segments as pages of one.
import type { SegmentPage } from '../segment/segment-file.ts';
import { OpenWordPage, WordPageWriter } from './word-page.ts';

export interface WordSource {
  /** How far what its documents are counted from lies behind what the new one's are counted from. */
  readonly distance: number;
  /** In order. */
  readonly pages: Iterator<SegmentPage>;
}

/** `sources` in the order of their rows. */
export function* mergeWords(sources: readonly WordSource[]): Generator<SegmentPage> {
  const writer = new WordPageWriter();
  let readers = sources.map((source) => new SourceWords(source)).filter((reader) => reader.next());
  while (readers.length > 0) {
    const [first, ...others] = readers;
    if (first === undefined) return;
    let { field, word } = first;
    for (const one of others) if (one.isBefore(field, word)) ({ field, word } = one);
    writer.begin(field, word);
    let isOver = false;
    for (const one of readers) {
      // a word with pages of its own comes as often
      while (one.field === field && one.word === word) {
        one.writeTo(writer);
        if (one.next()) continue;
        isOver = true;
        break;
      }
    }
    writer.end();
    if (isOver) readers = readers.filter((reader) => !reader.isOver);
    yield* writer.take(false);
  }
  yield* writer.take(true);
}

class SourceWords {
  field = -1;
  word = '';
  isOver = false;
  private readonly distance: number;
  private readonly pages: Iterator<SegmentPage>;
  private page: OpenWordPage | undefined;

  constructor({ distance, pages }: WordSource) {
    this.distance = distance;
    this.pages = pages;
  }

  isBefore(field: number, word: string): boolean {
    return this.field < field || (this.field === field && this.word < word);
  }

  next(): boolean {
    for (;;) {
      const word = this.page?.next();
      if (word !== undefined) {
        this.word = word;
        return true;
      }
      const next = this.pages.next();
      if (next.done === true) {
        this.isOver = true;
        this.field = -1;
        return false;
      }
      const { key, data } = next.value;
      this.page = new OpenWordPage(data);
      this.field = Buffer.from(key.buffer, key.byteOffset, key.length).readUInt32BE(0);
    }
  }

  writeTo(writer: WordPageWriter): void {
    if (this.page !== undefined) writer.addPosting(this.page.posting, this.distance);
  }
}
