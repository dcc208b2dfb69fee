// flow: counts distinct numbers among at most some hundreds, again and again, without allocating.

const MAX_STAMP = 0x7fff_ffff;

/** Exact; emptied in constant time. Holds at most half its slots. */
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
    this.#stamp++;
    if (this.#stamp > MAX_STAMP) {
      this.#stamps.fill(0);
      this.#stamp = 1;
    }
  }

  /** True where the key was not there yet; `hash` is any 32-bit number made of it. */
  add(key: number, hash: number): boolean {
    const mask = this.#mask;
    const stamps = this.#stamps;
    const keys = this.#keys;
    let at = (Math.imul(hash, 0x9e37_79b1) >>> 16) & mask;
    while (stamps[at] === this.#stamp) {
      if (keys[at] === key) return false;
      at = (at + 1) & mask;
    }
    stamps[at] = this.#stamp;
    keys[at] = key;
    this.size++;
    return true;
  }
}
