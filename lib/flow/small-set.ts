// flow: counts distinct numbers among at most some hundreds, again and again, without allocating.

/** Exact; emptied in constant time. Holds at most half its size. */
export class SmallSet {
  size = 0;
  readonly #mask: number;
  readonly #keys: Float64Array;
  readonly #stamps: Int32Array;
  #stamp = 1;

  /** `slots` is a power of two, at least twice the numbers it will hold. */
  constructor(slots: number) {
    this.#mask = slots - 1;
    this.#keys = new Float64Array(slots);
    this.#stamps = new Int32Array(slots);
  }

  clear(): void {
    this.size = 0;
    this.#stamp = (this.#stamp + 1) | 0;
    if (this.#stamp === 0) {
      this.#stamps.fill(0);
      this.#stamp = 1;
    }
  }

  add(key: number): void {
    let at = Math.imul((key | 0) ^ ((key / 4_294_967_296) | 0), 0x9e37_79b1) >>> 16;
    for (at &= this.#mask; this.#stamps[at] === this.#stamp; at = (at + 1) & this.#mask) {
      if (this.#keys[at] === key) return;
    }
    this.#stamps[at] = this.#stamp;
    this.#keys[at] = key;
    this.size++;
  }
}
