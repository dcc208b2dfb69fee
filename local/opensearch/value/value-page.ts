// local/opensearch/value: a segment's postings in pages: a lookup reads one, which the hash's upper bits name.
// A page: entries by hash, then by row, all numbers varints: the hash's distance from the one before; twice the row's distance
// from the base, or where the hash is the same from the entry before, and one more where the value has too many rows to list:
// then the number of rows behind that one follows that all may have it.
import { PageBytes } from '../segment/page-bytes.ts';
import type { SegmentPage } from '../segment/segment-file.ts';

/** At most, on average: some 2 KiB. */
const PAGE_ENTRIES = 512;
const MAX_PAGE_BITS = 20;
/** Ranges that lie so near are one: what is between has hardly any rows. */
const NEAR_ROWS = 1_024;

/** How many bits of a hash name its page, where a field has so many entries. */
export function pageBitsOf(entries: number): number {
  return Math.min(MAX_PAGE_BITS, Math.max(0, Math.ceil(Math.log2(entries / PAGE_ENTRIES))));
}

export function pageOf(hash: number, bits: number): number {
  return bits === 0 ? 0 : hash >>> (32 - bits);
}

export function valueKey(field: number, page: number): Uint8Array {
  const key = Buffer.allocUnsafe(8);
  key.writeUInt32BE(page, key.writeUInt32BE(field >>> 0, 0));
  return key;
}

export function readKey(key: Uint8Array): { readonly field: number; readonly page: number } {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.length);
  return { field: bytes.readInt32BE(0), page: bytes.readUInt32BE(4) };
}

/** Takes a field's entries in order and makes pages of them. */
export class ValuePageWriter {
  private readonly bytes = new PageBytes(4_096);
  private readonly field: number;
  private readonly bits: number;
  private pages: SegmentPage[] = [];
  private page = -1;
  private hash = 0;
  private distance = 0;
  /** A range that the next may join; -1: there is none. */
  private rangeFrom = -1;
  private rangeTo = 0;

  constructor(field: number, bits: number) {
    this.field = field;
    this.bits = bits;
  }

  /** The rows from `from` to `to` may have a value of this hash; one row is listed. */
  add(hash: number, from: number, to: number): void {
    if (this.rangeFrom >= 0) {
      if (hash === this.hash && to > from && from <= this.rangeTo + NEAR_ROWS) {
        this.rangeTo = Math.max(this.rangeTo, to);
        return;
      }
      this.endRange();
    }
    const page = pageOf(hash, this.bits);
    if (page !== this.page) {
      this.endPage();
      this.page = page;
      this.hash = startOf(page, this.bits);
      this.distance = 0;
    }
    if (hash !== this.hash) this.distance = 0;
    this.bytes.varint(hash - this.hash);
    this.hash = hash;
    if (to > from) {
      this.rangeFrom = from;
      this.rangeTo = to;
    } else {
      this.bytes.varint((from - this.distance) * 2);
      this.distance = from;
    }
  }

  private endRange(): void {
    if (this.rangeFrom < 0) return;
    this.bytes.varint((this.rangeFrom - this.distance) * 2 + 1);
    this.bytes.varint(this.rangeTo - this.rangeFrom);
    this.distance = this.rangeFrom;
    this.rangeFrom = -1;
  }

  private endPage(): void {
    this.endRange();
    if (this.bytes.length > 0) this.pages.push({ key: valueKey(this.field, this.page), data: this.bytes.copy() });
    this.bytes.clear();
  }

  /** Pages that are ready; `isAll`: no entry follows. */
  take(isAll: boolean): readonly SegmentPage[] {
    if (isAll) this.endPage();
    const { pages } = this;
    if (pages.length > 0) this.pages = [];
    return pages;
  }
}

/** The lowest hash of a page. */
function startOf(page: number, bits: number): number {
  return bits === 0 ? 0 : (page << (32 - bits)) >>> 0;
}

/** Reads a page's entries one after the other. */
export class ValueCursor {
  hash: number;
  from = 0;
  /** Where it is `from`, the row is listed. */
  to = 0;
  private readonly data: Uint8Array;
  private at = 0;
  private isFirst = true;

  constructor(data: Uint8Array, page: number, bits: number) {
    this.data = data;
    this.hash = startOf(page, bits);
  }

  /** False where there are no more. */
  next(): boolean {
    if (this.at >= this.data.length) return false;
    const step = this.varint();
    const isSame = step === 0 && !this.isFirst;
    this.isFirst = false;
    this.hash += step;
    const row = this.varint();
    this.from = (isSame ? this.from : 0) + (row >>> 1);
    this.to = this.from + ((row & 1) === 0 ? 0 : this.varint());
    return true;
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.data[this.at] ?? 0;
      this.at += 1;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
}
