// flow: the first bytes of a flow's first payload packets, with where those packets are.

import type { RecordBatch } from '../capture/record-batch.ts';
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import type { Packet } from '../decode/packet.ts';
import { BlockPool } from './block-pool.ts';
import { PAYLOAD_BYTES } from './flow-fields.ts';

/** Cells of a block beside its bytes. */
export const HEAD = { record: 0, offset: 1, recordLength: 2, payloadLength: 3, keptLength: 4 } as const;
const HEAD_CELLS = 5;

/** Copies what it keeps: the bytes it is given stay the reader's. */
export class PayloadHeads {
  readonly #bytes: BlockPool<Uint8Array>;
  readonly #cells: BlockPool<Float64Array>;

  constructor(maxBlocks: number) {
    this.#bytes = new BlockPool(PAYLOAD_BYTES, maxBlocks, (length) => new Uint8Array(length));
    this.#cells = new BlockPool(HEAD_CELLS, maxBlocks, (length) => new Float64Array(length));
  }

  get isFull(): boolean {
    return this.#bytes.isFull;
  }

  /** Keeps the first payload bytes of record `i`; returns the block. */
  keep(batch: RecordBatch, i: number, packet: Packet): number {
    const block = this.#bytes.take();
    this.#cells.take();
    const keptLength = Math.min(packet.payloadCaptured, PAYLOAD_BYTES);
    const page = this.#bytes.page(block);
    const start = this.#bytes.base(block);
    page.set(packet.bytes.subarray(packet.payloadStart, packet.payloadStart + keptLength), start);
    const cells = this.#cells.page(block);
    const base = this.#cells.base(block);
    cells[base + HEAD.record] = batch.firstRecord + i;
    cells[base + HEAD.offset] = batch.offset[i] ?? 0;
    cells[base + HEAD.recordLength] = batch.recordLength[i] ?? 0;
    cells[base + HEAD.payloadLength] = packet.payloadLength;
    cells[base + HEAD.keptLength] = keptLength;
    return block;
  }

  get(block: number, cell: number): number {
    return this.#cells.page(block)[this.#cells.base(block) + cell] as number; // `cell` is one of HEAD
  }

  /** Copies cells: `pairs` are positions in `into`, each followed by one of HEAD. */
  copy(block: number, into: Float64Array, pairs: Uint16Array): void {
    for (let i = 0; i < pairs.length; i += 2) into[pairs[i] ?? 0] = this.get(block, pairs[i + 1] ?? 0);
  }

  /** The kept bytes, valid until the block is released. */
  bytes(block: number): Uint8Array {
    const start = this.#bytes.base(block);
    return this.#bytes.page(block).subarray(start, start + this.get(block, HEAD.keptLength));
  }

  release(block: number): void {
    this.#bytes.release(block);
    this.#cells.release(block);
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    await this.#bytes.exchange(state);
    await this.#cells.exchange(state);
  }
}
