// chunk: what comes out of splitting a capture, in the order it must be stored.

import type { CaptureInterface } from '../capture/record-batch.ts';
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import type { Counts, Gap } from '../dump/ledger.ts';
import type { ArpHost } from '../flow/arp-hosts.ts';

/** Columns of a chunk's records (RECORD_FIELDS), written when it is cut. */
export interface RecordObject {
  readonly kind: 'record-object';
  readonly chunk: number;
  readonly bytes: Uint8Array;
  /** How far the pass has come with it: records, and bytes of the uncompressed stream. */
  readonly recordsSoFar: number;
  readonly bytesSoFar: number;
}

/** The bytes [offset, offset + length) of a chunk of a compressed dump, zeros where no record is; written when it is cut. */
export interface RawObject {
  readonly kind: 'raw-object';
  readonly chunk: number;
  readonly bytes: Uint8Array;
}

/** Rows of flows that touch the chunk (FLOW_FIELDS). A flow's row stands in every chunk it touches: its own is `firstChunk`. */
export interface RowObject {
  readonly kind: 'row-object';
  readonly chunk: number;
  readonly spill: number;
  readonly bytes: Uint8Array;
}

/** Where a chunk begins: in the uncompressed stream, and among the dump's records. */
export interface LaterChunk {
  readonly chunk: number;
  readonly offset: number;
  readonly firstRecord: number;
}

/** The chunk is complete: all its objects came before, and the record and raw objects of every chunk that its flows touch. */
export interface CompleteChunk {
  readonly kind: 'manifest';
  readonly chunk: number;
  readonly offset: number;
  readonly length: number;
  readonly firstRecord: number;
  readonly records: number;
  /** True where a raw object came before. */
  readonly hasRaw: boolean;
  /** Row objects 0 … rowObjects - 1. */
  readonly rowObjects: number;
  readonly flows: number;
  readonly ownFlows: number;
  /** Later chunks that hold first payload packets of flows whose first record lies in this one. */
  readonly later: readonly LaterChunk[];
  /** Those that records of the chunk, or of `later` ones, came from. */
  readonly interfaces: readonly CaptureInterface[];
}

/** Who has which address, over the whole dump; comes right before the totals. */
export interface SplitHosts {
  readonly kind: 'hosts';
  readonly arp: readonly ArpHost[];
}

/** A moment of the dump, exact. */
export interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** Split's part of the ledger; the last output. */
export interface SplitTotals {
  readonly kind: 'totals';
  readonly chunks: number;
  readonly records: number;
  readonly bytes: number;
  readonly packets: number;
  readonly flows: number;
  readonly undecodable: Counts;
  readonly warnings: Counts;
  readonly gaps: readonly Gap[];
  /** Earliest and latest record; absent where there is none. */
  readonly firstSeen?: Instant;
  readonly lastSeen?: Instant;
  readonly linktypes: readonly string[];
}

/** How far a pass has come: records, and bytes of the uncompressed stream. */
export interface SplitProgress {
  readonly recordsSoFar: number;
  readonly bytesSoFar: number;
}

/** The time was up: the last output of this pass, of which another one can go on. */
export interface SplitPause extends SplitProgress {
  readonly kind: 'pause';
  /** Saves the pass's state; to be done before the next output is asked for. */
  save(state: StateExchange): Promise<void>;
}

export type SplitOutput = RecordObject | RawObject | RowObject | CompleteChunk | SplitHosts | SplitTotals | SplitPause;
