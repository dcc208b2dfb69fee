// infer: token ids of many packets, one after the other in one array that grows.

const INITIAL_IDS = 16_384;

export class SequenceList {
  #ids = new Int32Array(INITIAL_IDS);
  readonly #starts: number[] = [0];
  readonly ranks: number[] = [];

  get count(): number {
    return this.ranks.length;
  }

  /** Copies the first `length` ids. A lower rank is more urgent. */
  add(buffer: Int32Array, length: number, rank: number): void {
    const start = this.#starts.at(-1) ?? 0;
    if (start + length > this.#ids.length) {
      const grown = new Int32Array(Math.max(this.#ids.length * 2, start + length));
      grown.set(this.#ids);
      this.#ids = grown;
    }
    this.#ids.set(buffer.subarray(0, length), start);
    this.#starts.push(start + length);
    this.ranks.push(rank);
  }

  /** A view, good until the next `add`. */
  ids(k: number): Int32Array {
    return this.#ids.subarray(this.#starts[k], this.#starts[k + 1]);
  }
}
