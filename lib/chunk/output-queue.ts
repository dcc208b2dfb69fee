// chunk: objects being compressed, handed out in the order they were begun.

import type { SplitOutput } from './split-output.ts';

interface Pending {
  readonly output: Promise<SplitOutput>;
  readonly size: number;
}

/** Compression runs beside reading; a cap on what waits keeps both in step. */
export class OutputQueue {
  readonly #pending: Pending[] = [];
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** True when the consumer must take something before more is made. */
  get isFull(): boolean {
    return this.#bytes >= this.#maxBytes;
  }

  /** `size` is what the output holds in memory until it is taken. */
  add(output: Promise<SplitOutput>, size: number): void {
    // A failure shows when the output is taken; until then it is not an unhandled one.
    output.catch(() => undefined);
    this.#pending.push({ output, size });
    this.#bytes += size;
  }

  /** Hands out outputs until no more than `keepBytes` wait. */
  async *take(keepBytes: number): AsyncGenerator<SplitOutput> {
    while (this.#bytes > keepBytes || (keepBytes === 0 && this.#pending.length > 0)) {
      const first = this.#pending.shift();
      if (first === undefined) return;
      this.#bytes -= first.size;
      yield await first.output;
    }
  }
}
