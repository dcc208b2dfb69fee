// flow: the first bytes each side of a flow sent, put in order, for the application layer to read when the flow ends.

import {
  isTlsApplicationData,
  isTlsRecord,
  TLS_HANDSHAKE,
  TLS_HEADER_BYTES,
  tlsFragmentLength,
} from '../app/tls-records.ts';
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { BlockPool } from './block-pool.ts';
import { copyBytes } from './copy-bytes.ts';
import { cell, SIDE } from './flow-cells.ts';
import type { HeadPayload } from './head-payload.ts';
import { HEAD_BYTES, LONG_HEAD_BYTES, MAX_DATAGRAM_HEAD_BYTES, MAX_HEAD_DATAGRAMS } from './limits.ts';

const BLOCK_BYTES = 256;
const BLOCK_SHIFT = 8;
const NONE = -1;
/** Of a stream that holds no TLS, as far as is known. */
const NO_RECORDS = -1;
/** Limit of a head that began with what may be a keep-alive, until more is known. */
const KEEP_ALIVE_LIMIT = 1;
const MAX_HEAD_LENGTH = Math.max(LONG_HEAD_BYTES, MAX_HEAD_DATAGRAMS * MAX_DATAGRAM_HEAD_BYTES);

/**
 * A side's bytes lie in a chain of blocks. A stream is followed from its SYN, else from its first payload: what comes
 * twice is kept as it came first, one piece that came too early waits for what lies before it, and the head ends at the
 * first hole that stays open. Of datagrams the first few are kept.
 */
export class StreamHeads {
  readonly #blocks: BlockPool<Uint8Array>;
  #next = new Int32Array(256);
  /** Where a head of several blocks is put together, of each direction: no head is longer. */
  readonly #joined = [new Uint8Array(MAX_HEAD_LENGTH), new Uint8Array(MAX_HEAD_LENGTH)] as const;

  constructor(maxBlocks: number) {
    this.#blocks = new BlockPool(BLOCK_BYTES, maxBlocks, (length) => new Uint8Array(length));
  }

  /** Adds a TCP segment's payload to a side's head; false where there was no memory for it. */
  addSegment(page: Float64Array, side: number, payload: HeadPayload): boolean {
    if (cell(page, side + SIDE.streamLimit) === KEEP_ALIVE_LIMIT) this.#readBehindKeepAlive(page, side, payload);
    const known = cell(page, side + SIDE.streamLength);
    // Most segments come when the head is full.
    if (known > 0 && known >= cell(page, side + SIDE.streamLimit)) return true;
    const { bytes, sequence } = payload;
    const first = cell(page, side + SIDE.firstSequence);
    if (cell(page, side + SIDE.streamBlock) < 0) {
      const block = this.#take();
      if (block < 0) return false;
      page[side + SIDE.streamBlock] = block;
      page[side + SIDE.streamBase] = first < 0 ? sequence : first + 1;
    }
    const offset = (sequence - cell(page, side + SIDE.streamBase)) | 0;
    const limit =
      known === 0
        ? limitOf(offset > 0 ? 0 : (bytes[payload.start - offset] ?? 0))
        : cell(page, side + SIDE.streamLimit);
    const end = Math.min(offset + payload.length, limit);
    const start = Math.max(offset, known);
    if (end <= start) return true;
    const from = payload.start + start - offset;
    if (start === known) {
      if (known === 0) {
        const isKeepAlive = first < 0 && payload.isLikeKeepAlive;
        page[side + SIDE.streamLimit] = isKeepAlive ? KEEP_ALIVE_LIMIT : limitOf(bytes[from] ?? 0);
        page[side + SIDE.nextRecord] = bytes[from] === TLS_HANDSHAKE ? 0 : NO_RECORDS;
      }
      const worth = this.#endOfClear(page, side, bytes, from - start, start, end);
      if (!this.#write(page, side, start, bytes, from, worth - start)) return false;
      page[side + SIDE.streamLength] = worth < end ? worth : Math.max(end, this.#takeEarly(page, side, end));
      return true;
    }
    const earlyStart = cell(page, side + SIDE.earlyStart);
    const earlyEnd = cell(page, side + SIDE.earlyEnd);
    const isApart = earlyEnd > 0 && (start > earlyEnd || end < earlyStart);
    if (isApart) return true;
    if (!this.#write(page, side, start, bytes, from, end - start)) return false;
    page[side + SIDE.earlyStart] = earlyEnd > 0 ? Math.min(earlyStart, start) : start;
    page[side + SIDE.earlyEnd] = Math.max(earlyEnd, end);
    return true;
  }

  /** Adds a datagram's payload; false where there was no memory for it. */
  addDatagram(page: Float64Array, side: number, payload: HeadPayload): boolean {
    let kept = 0;
    while (kept < MAX_HEAD_DATAGRAMS && cell(page, side + SIDE.datagramEnds + kept) > 0) kept++;
    if (kept === MAX_HEAD_DATAGRAMS) return true;
    if (cell(page, side + SIDE.streamBlock) < 0) {
      const block = this.#take();
      if (block < 0) return false;
      page[side + SIDE.streamBlock] = block;
    }
    const at = cell(page, side + SIDE.streamLength);
    const length = Math.min(payload.length, MAX_DATAGRAM_HEAD_BYTES);
    if (!this.#write(page, side, at, payload.bytes, payload.start, length)) return false;
    page[side + SIDE.datagramEnds + kept] = at + length;
    page[side + SIDE.streamLength] = at + length;
    return true;
  }

  /** A side's head, of a flow that has any: valid until the side is released, or another flow's head is asked for. */
  head(page: Float64Array, side: number, direction: 0 | 1): Uint8Array {
    const length = cell(page, side + SIDE.streamLength);
    let block = cell(page, side + SIDE.streamBlock);
    const base = this.#blocks.base(block);
    if (length <= BLOCK_BYTES) return this.#blocks.page(block).subarray(base, base + length);
    const joined = this.#joined[direction];
    for (let at = 0; at < length && block >= 0; at += BLOCK_BYTES) {
      const start = this.#blocks.base(block);
      joined.set(this.#blocks.page(block).subarray(start, start + Math.min(BLOCK_BYTES, length - at)), at);
      block = this.#next[block] ?? NONE;
    }
    return joined.subarray(0, length);
  }

  /** A side's first datagrams, valid as `head` is. */
  datagrams(page: Float64Array, side: number, direction: 0 | 1): readonly Uint8Array[] {
    const head = this.head(page, side, direction);
    const first = cell(page, side + SIDE.datagramEnds);
    if (first === head.length) return [head];
    const datagrams = [head.subarray(0, first)];
    for (let k = 1, start = first; k < MAX_HEAD_DATAGRAMS && start < head.length; k++) {
      const end = cell(page, side + SIDE.datagramEnds + k);
      datagrams.push(head.subarray(start, end));
      start = end;
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

  /**
   * A stream seen from its middle on that began with one byte begins anew with what comes behind it, or in its place: a
   * keep-alive repeats a byte, of any value, before the next one (RFC 9293 §3.8.4).
   */
  #readBehindKeepAlive(page: Float64Array, side: number, { sequence, isLikeKeepAlive }: HeadPayload): void {
    const ahead = (sequence - cell(page, side + SIDE.streamBase)) | 0;
    if (ahead === 0 && isLikeKeepAlive) return;
    if (ahead === 0 || ahead === 1) {
      page[side + SIDE.streamLength] = 0;
      page[side + SIDE.streamBase] = sequence;
    }
    const block = cell(page, side + SIDE.streamBlock);
    page[side + SIDE.streamLimit] = limitOf(this.#blocks.page(block)[this.#blocks.base(block)] ?? 0);
  }

  /**
   * Up to where the stream's bytes `[start, end)`, which lie from `zero + start` on, are worth keeping: nothing is read
   * behind the header of the first TLS record of application data. A header cut in two is not looked for: more is kept.
   */
  #endOfClear(page: Float64Array, side: number, bytes: Uint8Array, zero: number, start: number, end: number): number {
    let next = cell(page, side + SIDE.nextRecord);
    while (next >= start && next + TLS_HEADER_BYTES <= end) {
      const at = zero + next;
      if (!isTlsRecord(bytes, at)) next = NO_RECORDS;
      else if (isTlsApplicationData(bytes, at)) {
        page[side + SIDE.streamLimit] = next + TLS_HEADER_BYTES;
        return next + TLS_HEADER_BYTES;
      } else next += TLS_HEADER_BYTES + tlsFragmentLength(bytes, at);
    }
    page[side + SIDE.nextRecord] = next;
    return end;
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
      copyBytes(bytes, from + done, part, this.#blocks.page(block), this.#blocks.base(block) + within);
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

/** How many bytes are worth keeping, by the first one: what is read as lines or records of a handshake may be long. */
function limitOf(first: number): number {
  const isHandshake = first === TLS_HANDSHAKE;
  const isText = first >= 0x41 && first <= 0x7a;
  return isHandshake || isText ? LONG_HEAD_BYTES : HEAD_BYTES;
}
