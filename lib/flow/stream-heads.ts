// flow: the first bytes each side of a flow sent, put in order, for the application layer to read when the flow ends.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { BlockPool } from './block-pool.ts';
import { cell, SIDE } from './flow-cells.ts';
import { HEAD_BYTES, LONG_HEAD_BYTES, MAX_DATAGRAM_HEAD_BYTES, MAX_HEAD_DATAGRAMS } from './limits.ts';

const BLOCK_BYTES = 1024;
const BLOCK_SHIFT = 10;
/** Before each datagram stands its length in two bytes. */
const LENGTH_BYTES = 2;
const NONE = -1;

/**
 * A side's bytes lie in a chain of blocks. A stream is followed from its SYN, else from its first payload: what comes
 * twice is kept as it came first, one piece that came too early waits for what lies before it, and the head ends at the
 * first hole that stays open. Of datagrams the first few are kept.
 */
export class StreamHeads {
  readonly #blocks: BlockPool<Uint8Array>;
  #next = new Int32Array(256);

  constructor(maxBlocks: number) {
    this.#blocks = new BlockPool(BLOCK_BYTES, maxBlocks, (length) => new Uint8Array(length));
  }

  /**
   * Adds a TCP segment's payload, `bytes[from, from + length)` with the sequence number of its first byte, to a side's
   * head; false where there was no memory for it.
   */
  addSegment(
    page: Float64Array,
    side: number,
    bytes: Uint8Array,
    from: number,
    length: number,
    sequence: number,
  ): boolean {
    if (cell(page, side + SIDE.streamBlock) < 0) {
      const block = this.#take();
      if (block < 0) return false;
      const first = cell(page, side + SIDE.firstSequence);
      page[side + SIDE.streamBlock] = block;
      page[side + SIDE.streamBase] = first < 0 ? sequence : first + 1;
    }
    const known = cell(page, side + SIDE.streamLength);
    const limit = this.#limit(page, side, known);
    const offset = (sequence - cell(page, side + SIDE.streamBase)) | 0;
    const end = Math.min(offset + length, limit);
    const start = Math.max(offset, known);
    if (end <= start) return true;
    const at = from + start - offset;
    if (start === known) {
      if (!this.#write(page, side, start, bytes, at, end - start)) return false;
      page[side + SIDE.streamLength] = Math.max(end, this.#takeEarly(page, side, end));
      return true;
    }
    const earlyStart = cell(page, side + SIDE.earlyStart);
    const earlyEnd = cell(page, side + SIDE.earlyEnd);
    const isApart = earlyEnd > 0 && (start > earlyEnd || end < earlyStart);
    if (isApart) return true;
    if (!this.#write(page, side, start, bytes, at, end - start)) return false;
    page[side + SIDE.earlyStart] = earlyEnd > 0 ? Math.min(earlyStart, start) : start;
    page[side + SIDE.earlyEnd] = Math.max(earlyEnd, end);
    return true;
  }

  /** Adds a datagram's payload, `bytes[from, from + captured)`; false where there was no memory for it. */
  addDatagram(page: Float64Array, side: number, bytes: Uint8Array, from: number, captured: number): boolean {
    const kept = cell(page, side + SIDE.keptDatagrams);
    if (kept >= MAX_HEAD_DATAGRAMS) return true;
    if (cell(page, side + SIDE.streamBlock) < 0) {
      const block = this.#take();
      if (block < 0) return false;
      page[side + SIDE.streamBlock] = block;
    }
    const at = cell(page, side + SIDE.streamLength);
    const length = Math.min(captured, MAX_DATAGRAM_HEAD_BYTES);
    const prefix = Uint8Array.of(length >> 8, length & 0xff);
    if (!this.#write(page, side, at, prefix, 0, LENGTH_BYTES)) return false;
    if (!this.#write(page, side, at + LENGTH_BYTES, bytes, from, length)) return false;
    page[side + SIDE.streamLength] = at + LENGTH_BYTES + length;
    page[side + SIDE.keptDatagrams] = kept + 1;
    return true;
  }

  /** A copy of a side's stream head; empty where nothing was sent. */
  stream(page: Float64Array, side: number): Uint8Array {
    const head = new Uint8Array(cell(page, side + SIDE.streamLength));
    let block = cell(page, side + SIDE.streamBlock);
    for (let at = 0; at < head.length && block >= 0; at += BLOCK_BYTES) {
      const base = this.#blocks.base(block);
      head.set(this.#blocks.page(block).subarray(base, base + Math.min(BLOCK_BYTES, head.length - at)), at);
      block = this.#next[block] ?? NONE;
    }
    return head;
  }

  /** Copies of a side's first datagrams. */
  datagrams(page: Float64Array, side: number): readonly Uint8Array[] {
    const head = this.stream(page, side);
    const datagrams: Uint8Array[] = [];
    for (let at = 0; at + LENGTH_BYTES <= head.length; ) {
      const start = at + LENGTH_BYTES;
      at = start + (((head[start - 2] ?? 0) << 8) | (head[start - 1] ?? 0));
      datagrams.push(head.subarray(start, at));
    }
    return datagrams;
  }

  /** The side's memory is free for others. */
  release(page: Float64Array, side: number): void {
    for (let block = cell(page, side + SIDE.streamBlock); block >= 0; ) {
      const next = this.#next[block] ?? NONE;
      this.#blocks.release(block);
      block = next;
    }
    page[side + SIDE.streamBlock] = NONE;
  }

  /** How many bytes are worth keeping: what is read as lines or records of a handshake may be long. */
  #limit(page: Float64Array, side: number, known: number): number {
    if (known === 0) return HEAD_BYTES;
    const block = cell(page, side + SIDE.streamBlock);
    const first = this.#blocks.page(block)[this.#blocks.base(block)] ?? 0;
    const isHandshake = first === 0x16;
    const isText = first >= 0x41 && first <= 0x7a;
    return isHandshake || isText ? LONG_HEAD_BYTES : HEAD_BYTES;
  }

  /** Where the stream goes on to when it reaches the piece that came too early. */
  #takeEarly(page: Float64Array, side: number, end: number): number {
    const earlyEnd = cell(page, side + SIDE.earlyEnd);
    if (earlyEnd === 0 || end < cell(page, side + SIDE.earlyStart)) return end;
    page[side + SIDE.earlyStart] = 0;
    page[side + SIDE.earlyEnd] = 0;
    return earlyEnd;
  }

  #write(page: Float64Array, side: number, at: number, bytes: Uint8Array, from: number, length: number): boolean {
    let block = cell(page, side + SIDE.streamBlock);
    for (let k = at >> BLOCK_SHIFT; k > 0; k--) {
      block = this.#after(block);
      if (block < 0) return false;
    }
    for (let done = 0; ; ) {
      const within = (at + done) & (BLOCK_BYTES - 1);
      const part = Math.min(length - done, BLOCK_BYTES - within);
      this.#blocks.page(block).set(bytes.subarray(from + done, from + done + part), this.#blocks.base(block) + within);
      done += part;
      if (done === length) return true;
      block = this.#after(block);
      if (block < 0) return false;
    }
  }

  /** The next block of a chain, made where there is none yet; -1 without memory. */
  #after(block: number): number {
    const next = this.#next[block] ?? NONE;
    if (next >= 0) return next;
    const made = this.#take();
    if (made >= 0) this.#next[block] = made;
    return made;
  }

  #take(): number {
    if (this.#blocks.isFull) return NONE;
    const block = this.#blocks.take();
    if (block >= this.#next.length) {
      const longer = new Int32Array(this.#next.length * 2);
      longer.set(this.#next);
      this.#next = longer;
    }
    this.#next[block] = NONE;
    return block;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    await this.#blocks.exchange(state);
    this.#next = await state.array(this.#next);
  }
}
