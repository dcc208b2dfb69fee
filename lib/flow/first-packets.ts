// flow: payload sizes and gaps of a flow's first packets, in blocks that only flows of two packets and more have.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { BlockPool } from './block-pool.ts';
import { FIRST_PACKETS } from './flow-fields.ts';

/** A block: sizes, then gaps in nanoseconds. */
export class FirstPackets {
  readonly #blocks: BlockPool<Float64Array>;

  constructor(maxFlows: number) {
    this.#blocks = new BlockPool(2 * FIRST_PACKETS, maxFlows, (length) => new Float64Array(length));
  }

  take(): number {
    return this.#blocks.take();
  }

  release(block: number): void {
    this.#blocks.release(block);
  }

  set(block: number, packet: number, size: number, gap: number): void {
    const page = this.#blocks.page(block);
    const base = this.#blocks.base(block);
    page[base + packet] = size;
    page[base + FIRST_PACKETS + packet] = gap;
  }

  size(block: number, packet: number): number {
    return this.#blocks.page(block)[this.#blocks.base(block) + packet] as number; // packet < FIRST_PACKETS
  }

  gap(block: number, packet: number): number {
    return this.#blocks.page(block)[this.#blocks.base(block) + FIRST_PACKETS + packet] as number; // packet < FIRST_PACKETS
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    await this.#blocks.exchange(state);
  }
}
