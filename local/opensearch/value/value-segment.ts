// local/opensearch/value: a segment's postings in pages: a lookup reads one, which the hash's upper bits name.
// A page: entries of 32 bits, little-endian, ascending: the hash's next 16 bits, then the row's distance from the base.
import type { Postings } from './value-batch.ts';

/** At most, on average: SQLite keeps what is above 1,000 bytes on a page of 4 KiB of its own. */
const PAGE_ENTRIES = 160;
/** A page's name has no more bits than leave 16 of the hash for its entries. */
const MAX_PAGE_BITS = 16;
/** A value of more rows is not listed: its segment is read. */
const MAX_ROWS = 32;
/** Instead of a distance: the value has more rows than are listed. */
const MANY = 0xffff;

export interface ValuePage {
  readonly field: number;
  readonly page: number;
  readonly data: Uint8Array;
}

/** How many bits of a hash name its page, where a field has so many entries. */
export function pageBitsOf(entries: number): number {
  return Math.min(MAX_PAGE_BITS, Math.max(0, Math.ceil(Math.log2(entries / PAGE_ENTRIES))));
}

export function encodeValues(field: number, { hashes, rows }: Postings): ValuePage[] {
  const bits = pageBitsOf(hashes.length);
  const ends = new Uint32Array(2 ** bits);
  for (const hash of hashes) ends[pageOf(hash, bits)] = (ends[pageOf(hash, bits)] ?? 0) + 1;
  for (let page = 1; page < ends.length; page += 1) ends[page] = (ends[page] ?? 0) + (ends[page - 1] ?? 0);
  const entries = new Uint32Array(hashes.length);
  for (let at = hashes.length - 1; at >= 0; at -= 1) {
    const hash = hashes[at] ?? 0;
    const page = pageOf(hash, bits);
    const place = (ends[page] ?? 0) - 1;
    ends[page] = place;
    entries[place] = ((restOf(hash, bits) << 16) | (rows[at] ?? 0)) >>> 0;
  }
  // the ends have moved to where the pages begin
  const pages: ValuePage[] = [];
  for (let page = 0; page < ends.length; page += 1) {
    const own = entries.subarray(ends[page], page + 1 < ends.length ? ends[page + 1] : entries.length);
    if (own.length > 0) pages.push({ field, page, data: encodePage(own.sort()) });
  }
  return pages;
}

/** Without repetitions, and without the rows of values that have many. */
function encodePage(sorted: Uint32Array): Uint8Array {
  const data = Buffer.allocUnsafe(sorted.length * 4);
  let length = 0;
  for (let start = 0; start < sorted.length; ) {
    const rest = (sorted[start] ?? 0) >>> 16;
    const first = length;
    let before = -1;
    let at = start;
    for (; at < sorted.length && (sorted[at] ?? 0) >>> 16 === rest; at += 1) {
      const entry = sorted[at] ?? 0;
      if (entry !== before) length = data.writeUInt32LE(entry, length);
      before = entry;
    }
    if (length - first > MAX_ROWS * 4) length = data.writeUInt32LE(((rest << 16) | MANY) >>> 0, first);
    start = at;
  }
  return data.subarray(0, length);
}

/** Distances of the rows that may have a value of this hash; undefined: too many to list. */
export function findInPage(page: Uint8Array, hash: number, bits: number): number[] | undefined {
  const data = Buffer.from(page.buffer, page.byteOffset, page.length);
  const rest = restOf(hash, bits);
  const found: number[] = [];
  for (let at = 0; at + 4 <= data.length; at += 4) {
    if (data.readUInt16LE(at + 2) !== rest) continue;
    const distance = data.readUInt16LE(at);
    if (distance === MANY) return undefined;
    found.push(distance);
  }
  return found;
}

export function pageOf(hash: number, bits: number): number {
  return bits === 0 ? 0 : hash >>> (32 - bits);
}

function restOf(hash: number, bits: number): number {
  return (hash >>> (16 - bits)) & 0xffff;
}
