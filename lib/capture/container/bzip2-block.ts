// capture: one block of bzip2: its code tables, its symbols, and the Burrows-Wheeler transform undone.
import type { BitReader } from './bit-reader.ts';
import { HuffmanCode, MAX_CODE_LENGTH } from './huffman.ts';

const GROUP_SYMBOLS = 50;
const MIN_CODES = 2;
const MAX_CODES = 6;
const RUN_A = 0;
const RUN_B = 1;
const SHORT_MOVE = 24;
/** Longer runs do not fit a block of 900,000 bytes. */
const MAX_RUN_WEIGHT = 1 << 21;

export interface Bzip2Block {
  readonly crc: number;
  readonly length: number;
  /** Where in the transform's chain the first byte stands. */
  readonly start: number;
}

/**
 * Reads what follows a block's magic into `chain`: in each of its first `length` places the byte in the low 8 bits and
 * the place of the next one above them. Undefined where it is damaged, or not whole in the reader's bytes.
 */
export function readBlock(bits: BitReader, chain: Uint32Array): Bzip2Block | undefined {
  const crc = bits.readUint32();
  // Blocks of before version 0.9.5 may be scrambled ("randomised"); nobody has written one since 1999.
  if (bits.read(1) !== 0) return undefined;
  const origin = bits.read(24);
  const alphabet = readAlphabet(bits);
  const codeCount = bits.read(3);
  const selectorCount = bits.read(15);
  if (alphabet.length === 0 || codeCount < MIN_CODES || codeCount > MAX_CODES || selectorCount === 0) return undefined;
  const selectors = readSelectors(bits, codeCount, selectorCount);
  const codes = selectors && readCodes(bits, codeCount, alphabet.length + 2);
  if (selectors === undefined || codes === undefined || bits.isPastEnd) return undefined;
  const counts = new Uint32Array(256);
  const length = readSymbols(bits, alphabet, selectors, codes, chain, counts);
  if (length < 0 || origin >= length || bits.isPastEnd) return undefined;
  linkChain(chain, length, counts);
  return { crc, length, start: (chain[origin] ?? 0) >>> 8 };
}

/** The byte values that occur, in order. */
function readAlphabet(bits: BitReader): Uint8Array {
  const rows = bits.read(16);
  const values: number[] = [];
  for (let row = 0; row < 16; row += 1) {
    if ((rows & (0x8000 >>> row)) === 0) continue;
    const present = bits.read(16);
    for (let column = 0; column < 16; column += 1) {
      if ((present & (0x8000 >>> column)) !== 0) values.push(row * 16 + column);
    }
  }
  return Uint8Array.from(values);
}

/** Which code each group of 50 symbols is written in. */
function readSelectors(bits: BitReader, codeCount: number, count: number): Uint8Array | undefined {
  const recent = Uint8Array.from({ length: codeCount }, (_, code) => code);
  const selectors = new Uint8Array(count);
  for (let i = 0; i < count; i += 1) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= codeCount) return undefined;
    const code = recent[place] ?? 0;
    recent.copyWithin(1, 0, place);
    recent[0] = code;
    selectors[i] = code;
  }
  return selectors;
}

/** Code lengths are written as steps up and down from the symbol before. */
function readCodes(bits: BitReader, count: number, symbols: number): readonly HuffmanCode[] | undefined {
  const codes: HuffmanCode[] = [];
  for (let i = 0; i < count; i += 1) {
    const lengths = new Uint8Array(symbols);
    let length = bits.read(5);
    for (let symbol = 0; symbol < symbols; symbol += 1) {
      for (;;) {
        if (length < 1 || length > MAX_CODE_LENGTH || bits.isPastEnd) return undefined;
        if (bits.read(1) === 0) break;
        length += bits.read(1) === 0 ? 1 : -1;
      }
      lengths[symbol] = length;
    }
    codes.push(new HuffmanCode(lengths));
  }
  return codes;
}

/** Runs and move-to-front places back to bytes, counted by value; -1 where they are damaged or too many. */
function readSymbols(
  bits: BitReader,
  alphabet: Uint8Array,
  selectors: Uint8Array,
  codes: readonly HuffmanCode[],
  chain: Uint32Array,
  counts: Uint32Array,
): number {
  const endOfBlock = alphabet.length + 1;
  const recent = alphabet;
  let length = 0;
  let run = 0;
  let weight = 1;
  for (const selector of selectors) {
    const code = codes[selector];
    if (code === undefined) return -1;
    for (let left = GROUP_SYMBOLS; left > 0; left -= 1) {
      const symbol = code.read(bits);
      if (symbol === RUN_A || symbol === RUN_B) {
        if (weight > MAX_RUN_WEIGHT) return -1;
        run += weight << symbol;
        weight *= 2;
        continue;
      }
      if (run > 0) {
        const value = recent[0] as number; // the alphabet is not empty
        if (length + run > chain.length) return -1;
        chain.fill(value, length, length + run);
        counts[value] = (counts[value] as number) + run;
        length += run;
        run = 0;
        weight = 1;
      }
      if (symbol === endOfBlock) return length;
      if (symbol < 0 || length === chain.length) return -1;
      const place = symbol - 1;
      const value = recent[place] as number; // symbols below the end of the block
      // A call costs more than the few moves that are usual.
      if (place > SHORT_MOVE) recent.copyWithin(1, 0, place);
      else for (let k = place; k > 0; k -= 1) recent[k] = recent[k - 1] as number; // within the alphabet
      recent[0] = value;
      chain[length++] = value;
      counts[value] = (counts[value] as number) + 1;
    }
  }
  return -1;
}

/** Where each byte's next one stands: the k-th of a value in the last column is the k-th of it in the sorted first. */
function linkChain(chain: Uint32Array, length: number, counts: Uint32Array): void {
  let before = 0;
  for (let value = 0; value < 256; value += 1) {
    const count = counts[value] ?? 0;
    counts[value] = before;
    before += count;
  }
  for (let i = 0; i < length; i += 1) {
    const value = (chain[i] as number) & 0xff;
    const place = counts[value] as number;
    counts[value] = place + 1;
    chain[place] = (chain[place] as number) | (i << 8);
  }
}
