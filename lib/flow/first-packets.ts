// flow: payload sizes and gaps of a flow's first packets after the very first, in chains of small blocks: most flows have few.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { BlockPool } from './block-pool.ts';
import { FIRST_PACKETS } from './flow-fields.ts';
import { grownInt32 } from './key-table.ts';

/** A block holds sizes, then gaps in nanoseconds, of four packets: a line of the processor's cache. */
const BLOCK_PACKETS = 4;
const PACKET_SHIFT = 2;
const BLOCKS_PER_FLOW = FIRST_PACKETS / BLOCK_PACKETS;
const NONE = -1;

export class FirstPackets {
  readonly #blocks: BlockPool<Float64Array>;
  /** By block: the one of the same flow before it. */
  #previous = new Int32Array(256);

  constructor(maxFlows: number) {
    const maxBlocks = maxFlows * BLOCKS_PER_FLOW;
    this.#blocks = new BlockPool(2 * BLOCK_PACKETS, maxBlocks, (length) => new Float64Array(length));
  }

  /** Adds packet `packet` of those, counted from 0, of a flow whose latest block is `block` (-1 = none yet); returns its latest block. */
  add(block: number, packet: number, size: number, gap: number): number {
    const within = packet & (BLOCK_PACKETS - 1);
    const latest = within === 0 ? this.#take(block) : block;
    const page = this.#blocks.page(latest);
    const base = this.#blocks.base(latest) + within;
    page[base] = size;
    page[base + BLOCK_PACKETS] = gap;
    return latest;
  }

  /** Copies the sizes and gaps of the first `count` of those of a flow, given its latest block. */
  read(block: number, count: number, into: Float64Array, sizesAt: number, gapsAt: number): void {
    let current = block;
    for (let first = ((count - 1) >> PACKET_SHIFT) << PACKET_SHIFT; first >= 0; first -= BLOCK_PACKETS) {
      const page = this.#blocks.page(current);
      const base = this.#blocks.base(current);
      for (let packet = first; packet < Math.min(first + BLOCK_PACKETS, count); packet++) {
        into[sizesAt + packet] = page[base + packet - first] as number; // a block has room for its packets
        into[gapsAt + packet] = page[base + packet - first + BLOCK_PACKETS] as number;
      }
      current = this.#previous[current] ?? NONE;
    }
  }

  /** A flow's memory, given its latest block, is free for others. */
  release(block: number): void {
    for (let current = block; current >= 0; ) {
      const previous = this.#previous[current] ?? NONE;
      this.#blocks.release(current);
      current = previous;
    }
  }

  #take(previous: number): number {
    const block = this.#blocks.take();
    if (block >= this.#previous.length) this.#previous = grownInt32(this.#previous, this.#previous.length * 2);
    this.#previous[block] = previous;
    return block;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    await this.#blocks.exchange(state);
    this.#previous = await state.array(this.#previous);
  }
}
