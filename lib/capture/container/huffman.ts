// capture: the canonical Huffman codes of bzip2, at most 20 bits long, decoded by one look at a table for the short ones.
import type { BitReader } from './bit-reader.ts';

export const MAX_CODE_LENGTH = 20;
const TABLE_BITS = 10;

/** `lengths`: of each symbol, 1 to 20. */
export class HuffmanCode {
  /** By the next 10 bits: symbol * 32 + length, or 0 where the code is longer. */
  readonly #table = new Uint16Array(2 ** TABLE_BITS);
  /** By length: the smallest code that is longer, left-aligned to 20 bits; and what to add to a code for its place. */
  readonly #limit = new Int32Array(MAX_CODE_LENGTH + 2);
  readonly #base = new Int32Array(MAX_CODE_LENGTH + 2);
  readonly #sorted: Uint16Array;

  constructor(lengths: Uint8Array) {
    this.#sorted = new Uint16Array(lengths.length);
    let code = 0;
    let place = 0;
    for (let length = 1; length <= MAX_CODE_LENGTH; length += 1) {
      this.#base[length] = place - code;
      for (let symbol = 0; symbol < lengths.length; symbol += 1) {
        if (lengths[symbol] !== length) continue;
        this.#sorted[place] = symbol;
        if (length <= TABLE_BITS) this.#fill(code, length, symbol);
        place += 1;
        code += 1;
      }
      this.#limit[length] = code * 2 ** (MAX_CODE_LENGTH - length);
      code *= 2;
    }
  }

  /** The next symbol, -1 where the bits are no code. */
  read(bits: BitReader): number {
    const ahead = bits.peek(MAX_CODE_LENGTH);
    const entry = this.#table[ahead >>> (MAX_CODE_LENGTH - TABLE_BITS)] as number; // ten bits
    if (entry !== 0) {
      bits.position += entry & 31;
      return entry >>> 5;
    }
    for (let length = TABLE_BITS + 1; length <= MAX_CODE_LENGTH; length += 1) {
      if (ahead >= (this.#limit[length] ?? 0)) continue;
      bits.position += length;
      return this.#sorted[(ahead >>> (MAX_CODE_LENGTH - length)) + (this.#base[length] ?? 0)] ?? -1;
    }
    return -1;
  }

  #fill(code: number, length: number, symbol: number): void {
    const first = code << (TABLE_BITS - length);
    const end = first + (1 << (TABLE_BITS - length));
    // Lengths that fill the tree more than once run over its end.
    this.#table.fill(symbol * 32 + length, first, end);
  }
}
