// capture: what capture-reader asks of a format: whole units out of a piece of the stream, and what it still needs.
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import type { BatchBuilder } from './batch-builder.ts';

/** A piece of the stream that lies in memory; `streamOffset` is the stream's offset of position 0 of `bytes`. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly end: number;
  readonly streamOffset: number;
}

export interface RecordParser {
  /**
   * Reads whole units (a file header, a record, a block) from `position` on, records into the batch, until the batch
   * is full or the next unit is not whole. Returns where it stopped and leaves in `neededBytes` how many bytes
   * that unit needs at least before another call gets further.
   */
  parse(piece: Piece, position: number, batch: BatchBuilder): number;
  readonly neededBytes: number;
  /** True once the stream cannot be followed any more: the rest of it, from where `parse` stopped, is one gap. */
  readonly isLost: boolean;
  /** Saves the state, or restores it into a parser of the same format, once the interfaces are there. */
  exchange(state: StateExchange): Promise<void>;
}
