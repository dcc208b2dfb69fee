// flow: memory for what only some flows have: blocks of fixed size in pages, given out and taken back by number.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { usedRuns } from './used-runs.ts';

const BLOCKS_PER_PAGE = 1024;
const PAGE_SHIFT = 10;

/** Blocks are numbers from 0; who asks for one remembers it and gives it back. Contents of a fresh block are stale. */
export class BlockPool<A extends Uint8Array | Int32Array | Float64Array> {
  readonly blockLength: number;
  readonly maxBlocks: number;
  used = 0;
  readonly #createPage: (length: number) => A;
  readonly #pages: A[] = [];
  #free: number[] = [];
  #unused = 0;

  constructor(blockLength: number, maxBlocks: number, createPage: (length: number) => A) {
    this.blockLength = blockLength;
    this.maxBlocks = maxBlocks;
    this.#createPage = createPage;
  }

  get isFull(): boolean {
    return this.used >= this.maxBlocks;
  }

  /** A block's number; the pool must not be full. */
  take(): number {
    this.used++;
    const block = this.#free.pop() ?? this.#unused++;
    if (block >> PAGE_SHIFT >= this.#pages.length)
      this.#pages.push(this.#createPage(BLOCKS_PER_PAGE * this.blockLength));
    return block;
  }

  release(block: number): void {
    this.used--;
    this.#free.push(block);
  }

  /** The page a block lies in, from `base(block)` on, `blockLength` long. */
  page(block: number): A {
    return this.#pages[block >> PAGE_SHIFT] as A; // made when the block was first given out
  }

  base(block: number): number {
    return (block & (BLOCKS_PER_PAGE - 1)) * this.blockLength;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    this.used = await state.number(this.used);
    this.#unused = await state.number(this.#unused);
    this.#free = await state.numbers(this.#free);
    while (this.#pages.length < Math.ceil(this.#unused / BLOCKS_PER_PAGE)) {
      this.#pages.push(this.#createPage(BLOCKS_PER_PAGE * this.blockLength));
    }
    for (const { start, end } of usedRuns(this.#unused, this.#free, BLOCKS_PER_PAGE)) {
      const from = this.base(start);
      await state.contents(this.page(start).subarray(from, from + (end - start) * this.blockLength));
    }
  }
}
