// local/opensearch/word: goes over a word's entries, one after the other: in which document, at which place.

/** Where a posting lies, as `word-page` writes it. */
export interface PostingBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export class PostingCursor {
  document: number;
  place = -1;
  /** Of the next entry, in the part it lies in. */
  at = 0;
  private readonly base: number;
  private readonly parts: readonly PostingBytes[];
  private bytes: Uint8Array = new Uint8Array(0);
  private end = 0;
  private nextPart = 0;

  /** Parts of one word, each counted anew from `base`. */
  constructor(base: number, parts: readonly PostingBytes[]) {
    this.base = base;
    this.parts = parts;
    this.document = base;
  }

  /** False where there are no more. */
  next(): boolean {
    if (this.at >= this.end && !this.open()) return false;
    const step = this.varint();
    const place = this.varint();
    this.place = step === 0 && this.place >= 0 ? this.place + place : place;
    this.document += step;
    return true;
  }

  /** To the first entry that is not before this one; false where there is none. */
  seek(document: number, place: number): boolean {
    while (this.document < document || (this.document === document && this.place < place))
      if (!this.next()) return false;
    return true;
  }

  toLast(): void {
    let hasMore = true;
    while (hasMore) hasMore = this.next();
  }

  private open(): boolean {
    const part = this.parts[this.nextPart];
    if (part === undefined) return false;
    this.nextPart += 1;
    this.bytes = part.bytes;
    this.at = part.start;
    this.end = part.end;
    this.document = this.base;
    this.place = -1;
    return this.at < this.end || this.open();
  }

  private varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at] ?? 0;
    this.at += 1;
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[this.at] ?? 0;
      this.at += 1;
      value |= (byte & 127) << shift;
    }
    return value >>> 0;
  }
}
