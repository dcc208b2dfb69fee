// flow: the first bytes of a flow's first payload packets, with where those packets are.

import type { RecordBatch } from '../capture/record-batch.ts';
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import type { Packet } from '../decode/packet.ts';
import { BlockPool } from './block-pool.ts';
import { copyBytes } from './copy-bytes.ts';
import { PAYLOAD_BYTES } from './flow-fields.ts';

/** Cells of a block beside its bytes. */
export const HEAD = { record: 0, offset: 1, recordLength: 2, payloadLength: 3, keptLength: 4 } as const;
const HEAD_CELLS = 5;
/** Most questions and commands are no longer. */
const SHORT_BYTES = 64;

/** Bytes and cells of blocks of one size. */
interface Pool {
  readonly bytes: BlockPool<Uint8Array>;
  readonly cells: BlockPool<Float64Array>;
}

function createPool(blockBytes: number, maxBlocks: number): Pool {
  return {
    bytes: new BlockPool(blockBytes, maxBlocks, (length) => new Uint8Array(length)),
    cells: new BlockPool(HEAD_CELLS, maxBlocks, (length) => new Float64Array(length)),
  };
}

/** Copies what it keeps: the bytes it is given stay the reader's. Odd blocks are long ones. */
export class PayloadHeads {
  readonly #maxBlocks: number;
  readonly #short: Pool;
  readonly #long: Pool;

  constructor(maxBlocks: number) {
    this.#maxBlocks = maxBlocks;
    this.#short = createPool(SHORT_BYTES, maxBlocks);
    this.#long = createPool(PAYLOAD_BYTES, maxBlocks);
  }

  get isFull(): boolean {
    return this.#short.bytes.used + this.#long.bytes.used >= this.#maxBlocks;
  }

  /** Keeps the first payload bytes of record `i`; returns the block. */
  keep(batch: RecordBatch, i: number, packet: Packet): number {
    const keptLength = Math.min(packet.payloadCaptured, PAYLOAD_BYTES);
    const isLong = keptLength > SHORT_BYTES;
    const pool = isLong ? this.#long : this.#short;
    const place = pool.bytes.take();
    pool.cells.take();
    const page = pool.bytes.page(place);
    const start = pool.bytes.base(place);
    copyBytes(packet.bytes, packet.payloadStart, keptLength, page, start);
    const cells = pool.cells.page(place);
    const base = pool.cells.base(place);
    cells[base + HEAD.record] = batch.firstRecord + i;
    cells[base + HEAD.offset] = batch.offset[i] ?? 0;
    cells[base + HEAD.recordLength] = batch.recordLength[i] ?? 0;
    cells[base + HEAD.payloadLength] = packet.payloadLength;
    cells[base + HEAD.keptLength] = keptLength;
    return place * 2 + (isLong ? 1 : 0);
  }

  /** Copies cells: `pairs` are positions in `into`, each followed by one of HEAD. */
  copy(block: number, into: Float64Array, pairs: Uint16Array): void {
    const { cells } = this.#poolOf(block);
    const page = cells.page(block >> 1);
    const base = cells.base(block >> 1);
    for (let i = 0; i < pairs.length; i += 2) into[pairs[i] ?? 0] = page[base + (pairs[i + 1] ?? 0)] ?? 0;
  }

  /** Copies the kept bytes; returns how many there are. */
  copyBytes(block: number, into: Uint8Array, at: number): number {
    const { bytes, cells } = this.#poolOf(block);
    const place = block >> 1;
    const length = cells.page(place)[cells.base(place) + HEAD.keptLength] ?? 0;
    copyBytes(bytes.page(place), bytes.base(place), length, into, at);
    return length;
  }

  release(block: number): void {
    const { bytes, cells } = this.#poolOf(block);
    bytes.release(block >> 1);
    cells.release(block >> 1);
  }

  #poolOf(block: number): Pool {
    return (block & 1) === 1 ? this.#long : this.#short;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    for (const { bytes, cells } of [this.#short, this.#long]) {
      await bytes.exchange(state);
      await cells.exchange(state);
    }
  }
}
