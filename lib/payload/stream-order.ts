// payload: one direction of a TCP connection put in order: what comes twice counts once, a hole that stays open is a gap.

import { MAX_AHEAD_BYTES, MAX_EARLY_BYTES, MAX_EARLY_SEGMENTS } from './limits.ts';

/** Bytes of the stream that follow each other, as one packet brought them. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** From the direction's first byte, missing ones counted. */
  readonly offset: number;
  /** Bytes that lie before it and are not in the capture. */
  readonly missingBefore: number;
  readonly record: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** What a packet brings: `bytes` may be less than `length`, the rest was not captured. */
export interface Segment {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly record: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** Where a stream goes on: enough to read it further from a later record. */
export interface StreamPlace {
  /** Sequence number before its first byte, and that of the next byte; -1: not known yet. */
  readonly base: number;
  readonly next: number;
  readonly offset: number;
  /** Bytes missing right before `next`. */
  readonly missing: number;
  /** Highest byte that the other side has acknowledged, -1: none. */
  readonly acknowledged: number;
  /** Sequence number behind its last byte, as its FIN says; -1: none was seen. */
  readonly end: number;
  /** The first record that waited, -1: none did. What was read again before it was given, or lies before a new SYN. */
  readonly waiting: number;
}

export const NO_PLACE: StreamPlace = {
  ...{ base: -1, next: -1, offset: 0, missing: 0 },
  ...{ acknowledged: -1, end: -1, waiting: -1 },
};

export interface StreamCounts {
  /** Bytes that had come before, or lie before the first byte that was seen. */
  repeatedBytes: number;
  missingBytes: number;
  gaps: number;
  /** Segments that came before the one they follow. */
  earlySegments: number;
  /** SYNs with another number: a new connection between the same ports. */
  restarts: number;
  /** Bytes of segments outside any window. */
  strayBytes: number;
}

/**
 * The stream begins with its SYN, else with its first payload. A hole is a gap once the other side acknowledges what
 * lies behind it (it had it, the capture has not), when too much waits behind it, or at the end.
 */
export class StreamOrder {
  readonly counts: StreamCounts = {
    repeatedBytes: 0,
    missingBytes: 0,
    gaps: 0,
    earlySegments: 0,
    restarts: 0,
    strayBytes: 0,
  };
  readonly #early: Segment[] = [];
  #base: number;
  #next: number;
  #offset: number;
  #missing: number;
  #acknowledged: number;
  #end: number;
  readonly #waiting: number;
  #earlyBytes = 0;
  #isEnded = false;

  constructor(from: StreamPlace = NO_PLACE) {
    this.#base = from.base;
    this.#next = from.next;
    this.#offset = from.offset;
    this.#missing = from.missing;
    this.#acknowledged = from.acknowledged;
    this.#end = from.end;
    this.#waiting = from.waiting;
  }

  /** Where it goes on when the record `next` is the first that was not read; those before `counted` were read before. */
  placeAt(next: number, counted: number): StreamPlace {
    const unread = this.#waiting < 0 || next >= counted ? -1 : Math.max(this.#waiting, next);
    return {
      base: this.#base,
      next: this.#next,
      offset: this.#offset,
      missing: this.#missing,
      acknowledged: this.#acknowledged,
      end: this.#end,
      waiting: this.earliestRecord ?? unread,
    };
  }

  /** The record to read again from for what waits here; undefined where nothing does. */
  get earliestRecord(): number | undefined {
    return this.#early.length === 0 ? undefined : Math.min(...this.#early.map(({ record }) => record));
  }

  /** A SYN's own number. */
  open(sequence: number): void {
    const base = (sequence + 1) >>> 0;
    if (base === this.#base) return;
    if (this.#next >= 0) {
      const behind = ahead(this.#next, base);
      // One that came late, behind the data it announces.
      if (this.#base < 0 && behind >= 0 && behind <= MAX_EARLY_BYTES) return;
      this.counts.restarts += 1;
    }
    this.#early.length = 0;
    this.#earlyBytes = 0;
    this.#base = base;
    this.#next = base;
    this.#acknowledged = -1;
    this.#end = -1;
  }

  /** A FIN: no byte lies behind `sequence`. */
  close(sequence: number): void {
    this.#end = sequence >>> 0;
  }

  acknowledge(sequence: number): void {
    if (this.#acknowledged < 0 || ahead(sequence, this.#acknowledged) > 0) this.#acknowledged = sequence;
  }

  /** `isNew` false: it was counted when it was read before. The bytes must stay as they are until they are taken. */
  add(segment: Segment, isNew: boolean): void {
    if (segment.length === 0) return;
    if (!isNew && (this.#waiting < 0 || segment.record < this.#waiting)) return;
    if (this.#next < 0) this.#next = segment.sequence;
    const from = ahead(segment.sequence, this.#next);
    if (Math.abs(from) > MAX_AHEAD_BYTES) {
      if (isNew) this.counts.strayBytes += segment.length;
      return;
    }
    if (isNew && from < 0) this.counts.repeatedBytes += Math.min(segment.length, -from);
    if (from + segment.length <= 0) return;
    if (isNew && from > 0) this.counts.earlySegments += 1;
    let at = this.#early.length;
    while (at > 0 && ahead(this.#early[at - 1]?.sequence ?? 0, segment.sequence) > 0) at -= 1;
    this.#early.splice(at, 0, segment);
    this.#earlyBytes += segment.length;
  }

  /** No more will come: every hole is a gap now. */
  end(): void {
    this.#isEnded = true;
  }

  /** The next bytes of the stream, undefined where none can be given yet. */
  take(): Piece | undefined {
    for (;;) {
      const [first] = this.#early;
      if (first === undefined) {
        if (this.#isEnded) this.#missEnd();
        return undefined;
      }
      const from = ahead(first.sequence, this.#next);
      if (from > 0) {
        if (!this.#isGap(first)) return undefined;
        this.counts.gaps += 1;
        this.#skip(from);
        continue;
      }
      this.#early.shift();
      this.#earlyBytes -= first.length;
      const length = first.length + from;
      if (length <= 0) continue;
      const bytes = first.bytes.subarray(-from);
      const cut = length - bytes.length;
      const { record, seconds, nanoseconds } = first;
      const piece = { bytes, offset: this.#offset, missingBefore: this.#missing, record, seconds, nanoseconds };
      if (bytes.length > 0) {
        this.#next = (this.#next + bytes.length) >>> 0;
        this.#offset += bytes.length;
        this.#missing = 0;
      }
      if (cut > 0) this.#skip(cut);
      if (bytes.length > 0) return piece;
    }
  }

  /** What a FIN says was sent, and nothing of the capture lies behind. */
  #missEnd(): void {
    const left = this.#end < 0 || this.#next < 0 ? 0 : ahead(this.#end, this.#next);
    if (left <= 0 || left > MAX_AHEAD_BYTES) return;
    this.counts.gaps += 1;
    this.#skip(left);
  }

  #isGap(first: Segment): boolean {
    if (this.#isEnded || this.#earlyBytes > MAX_EARLY_BYTES || this.#early.length > MAX_EARLY_SEGMENTS) return true;
    return this.#acknowledged >= 0 && ahead(this.#acknowledged, first.sequence) > 0;
  }

  #skip(bytes: number): void {
    this.#next = (this.#next + bytes) >>> 0;
    this.#offset += bytes;
    this.#missing += bytes;
    this.counts.missingBytes += bytes;
  }
}

/** How far `a` lies behind `b` in the 32 bits of sequence numbers (RFC 9293 §3.4). */
function ahead(a: number, b: number): number {
  return (a - b) | 0;
}
