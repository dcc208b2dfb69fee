// local/opensearch/database: values of one column on their way into a table, in memory of our own that is laid out as DuckDB's vectors are.
import type { ColumnValue } from '../mapping/field-value.ts';
import { hashOfBytes } from './byte-hash.ts';

const FIRST_ROWS = 32;
const FIRST_HEAP_BYTES = 1_024;
/** DuckDB keeps texts up to this length inside the vector's entry (`duckdb_string_t` in duckdb.h). */
const INLINE_BYTES = 12;
/** Up to so many bytes are copied one by one: a call for them takes longer. */
const LOOP_BYTES = 64;
const TWO_32 = 4_294_967_296;

/** SQL types of one value. */
export type ValueType = 'VARCHAR' | 'BLOB' | 'UHUGEINT' | 'BIGINT' | 'UBIGINT' | 'DOUBLE' | 'BOOLEAN';

const WIDTHS: Readonly<Record<ValueType, number>> = {
  VARCHAR: 16,
  BLOB: 16,
  UHUGEINT: 16,
  BIGINT: 8,
  UBIGINT: 8,
  DOUBLE: 8,
  BOOLEAN: 1,
};

/** The values of one column, in the order they were added; only what was set is not NULL. */
export class ColumnValues {
  readonly type: ValueType;
  readonly width: number;
  private capacity = FIRST_ROWS;
  bytes: Uint8Array;
  private words: Uint32Array;
  private reals: Float64Array;
  private longs: BigUint64Array;
  /** A bit a row, set where there is a value. */
  validity: Uint8Array;
  /** Bytes of the longer texts, one after the other. */
  heap: Buffer;
  heapBytes = 0;

  constructor(type: ValueType) {
    this.type = type;
    this.width = WIDTHS[type];
    this.bytes = new Uint8Array(FIRST_ROWS * this.width);
    this.words = new Uint32Array(this.bytes.buffer, 0, this.bytes.length >>> 2);
    this.reals = new Float64Array(this.bytes.buffer, 0, this.bytes.length >>> 3);
    this.longs = new BigUint64Array(this.bytes.buffer, 0, this.bytes.length >>> 3);
    this.validity = new Uint8Array(FIRST_ROWS >>> 3);
    this.heap = Buffer.allocUnsafe(this.width === 16 ? FIRST_HEAP_BYTES : 0);
  }

  /** Forgets all values; keeps the memory. */
  clear(rows: number): void {
    this.validity.fill(0, 0, Math.min(this.validity.length, (rows + 7) >>> 3));
    this.heapBytes = 0;
  }

  unset(row: number): void {
    if (row < this.capacity) this.validity[row >>> 3] = (this.validity[row >>> 3] ?? 0) & ~(1 << (row & 7));
  }

  isSet(row: number): boolean {
    return row < this.capacity && ((this.validity[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0;
  }

  /** Makes room for rows up to and including `row`. */
  reserve(row: number): void {
    if (row < this.capacity) return;
    let capacity = this.capacity;
    while (capacity <= row) capacity *= 2;
    const bytes = new Uint8Array(capacity * this.width);
    bytes.set(this.bytes);
    const validity = new Uint8Array(capacity >>> 3);
    validity.set(this.validity);
    this.capacity = capacity;
    this.bytes = bytes;
    this.words = new Uint32Array(bytes.buffer, 0, bytes.length >>> 2);
    this.reals = new Float64Array(bytes.buffer, 0, bytes.length >>> 3);
    this.longs = new BigUint64Array(bytes.buffer, 0, bytes.length >>> 3);
    this.validity = validity;
  }

  set(row: number, value: ColumnValue): void {
    if (typeof value === 'string') this.setText(row, value);
    else if (typeof value === 'bigint') this.setBig(row, value);
    else if (typeof value === 'boolean') this.setBoolean(row, value);
    else if (this.type === 'DOUBLE') this.setReal(row, value);
    else this.setInteger(row, value);
  }

  setText(row: number, text: string): void {
    this.mark(row);
    const { length } = text;
    if (length <= INLINE_BYTES && this.setShort(row, text)) return;
    this.reserveHeap(length * 3);
    const written = this.heap.write(text, this.heapBytes, 'utf8');
    this.setEntry(row, this.heapBytes, written);
  }

  setBytes(row: number, source: Uint8Array): void {
    this.mark(row);
    this.reserveHeap(source.length);
    this.heap.set(source, this.heapBytes);
    this.setEntry(row, this.heapBytes, source.length);
  }

  /** A text, by its bytes in UTF-8. */
  setTextBytes(row: number, source: Uint8Array, start: number, end: number): void {
    this.mark(row);
    const length = end - start;
    const { bytes } = this;
    const entry = row * 16;
    this.words[row * 4] = length;
    if (length <= INLINE_BYTES) {
      for (let index = 0; index < INLINE_BYTES; index += 1)
        bytes[entry + 4 + index] = index < length ? (source[start + index] ?? 0) : 0;
      return;
    }
    this.reserveHeap(length);
    const { heap, heapBytes } = this;
    if (length <= LOOP_BYTES) for (let at = 0; at < length; at += 1) heap[heapBytes + at] = source[start + at] ?? 0;
    else heap.set(source.subarray(start, end), heapBytes);
    for (let index = 0; index < 4; index += 1) bytes[entry + 4 + index] = source[start + index] ?? 0;
    this.words[row * 4 + 2] = heapBytes;
    this.words[row * 4 + 3] = 0;
    this.heapBytes = heapBytes + length;
  }

  setHalves(row: number, low: number, high: number): void {
    this.mark(row);
    this.words[row * 2] = low;
    this.words[row * 2 + 1] = high;
  }

  /** An IPv4 address, as the 128 bits of ::ffff:a.b.c.d. */
  setAddress(row: number, address: number): void {
    this.mark(row);
    this.words[row * 4] = address;
    this.words[row * 4 + 1] = 0xffff;
    this.words[row * 4 + 2] = 0;
    this.words[row * 4 + 3] = 0;
  }

  setReal(row: number, value: number): void {
    this.mark(row);
    this.reals[row] = value;
  }

  /** A whole number that a double holds exactly. */
  setInteger(row: number, value: number): void {
    this.mark(row);
    const high = Math.floor(value / TWO_32);
    this.words[row * 2] = value - high * TWO_32;
    this.words[row * 2 + 1] = high;
  }

  /** The one that `setInteger` took. */
  integer(row: number): number {
    return (this.words[row * 2 + 1] ?? 0) * TWO_32 + (this.words[row * 2] ?? 0);
  }

  /** Of a set row's bytes, before `pointTo`. */
  hash(row: number): number {
    if (this.type !== 'VARCHAR') return hashOfBytes(this.bytes, row * this.width, this.width);
    const length = this.words[row * 4] ?? 0;
    if (length <= INLINE_BYTES) return hashOfBytes(this.bytes, row * 16 + 4, length);
    return hashOfBytes(this.heap, this.words[row * 4 + 2] ?? 0, length);
  }

  setBoolean(row: number, value: boolean): void {
    this.mark(row);
    this.bytes[row] = value ? 1 : 0;
  }

  setBig(row: number, value: bigint): void {
    this.mark(row);
    // an array of 64 bits takes what is above them off
    if (this.width === 8) {
      this.longs[row] = value;
      return;
    }
    this.longs[row * 2] = value;
    this.longs[row * 2 + 1] = value >> 64n;
  }

  private mark(row: number): void {
    if (row >= this.capacity) this.reserve(row);
    this.validity[row >>> 3] = (this.validity[row >>> 3] ?? 0) | (1 << (row & 7));
  }

  /** An ASCII text that fits the entry itself; false where it is none. */
  private setShort(row: number, text: string): boolean {
    const { length } = text;
    const { bytes } = this;
    const at = row * 16;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      bytes[at + 4 + index] = code;
    }
    bytes.fill(0, at + 4 + length, at + 16);
    this.words[row * 4] = length;
    return true;
  }

  /** The entry of a text whose bytes were put at `offset` of the heap, which is the heap's end. */
  private setEntry(row: number, offset: number, length: number): void {
    const at = row * 16;
    this.words[row * 4] = length;
    if (length <= INLINE_BYTES) {
      for (let index = 0; index < INLINE_BYTES; index += 1)
        this.bytes[at + 4 + index] = index < length ? (this.heap[offset + index] ?? 0) : 0;
      return;
    }
    for (let index = 0; index < 4; index += 1) this.bytes[at + 4 + index] = this.heap[offset + index] ?? 0;
    this.words[row * 4 + 2] = offset;
    this.words[row * 4 + 3] = 0;
    this.heapBytes = offset + length;
  }

  private reserveHeap(bytes: number): void {
    const needed = this.heapBytes + bytes;
    if (needed <= this.heap.length) return;
    let size = this.heap.length * 2;
    while (size < needed) size *= 2;
    const heap = Buffer.allocUnsafe(size);
    this.heap.copy(heap, 0, 0, this.heapBytes);
    this.heap = heap;
  }

  /** Entries of longer texts name an offset in the heap; this makes them addresses, the heap lying at `address`. */
  pointTo(rows: number, address: bigint): void {
    const low = Number(address & 0xffff_ffffn);
    const high = Number(address >> 32n);
    for (let row = 0; row < rows; row += 1) {
      if ((this.words[row * 4] ?? 0) <= INLINE_BYTES || !this.isSet(row)) continue;
      const sum = (this.words[row * 4 + 2] ?? 0) + low;
      this.words[row * 4 + 2] = sum;
      this.words[row * 4 + 3] = high + (sum >= TWO_32 ? 1 : 0);
    }
  }
}
