// generate: one seeded source of chance; the same seed gives the same bytes on every machine.

/** Draws from one stream; `fork` opens an independent stream by name, so new traffic never shifts old traffic. */
export interface Random {
  uint32(): number;
  /** In [0, 1). */
  uniform(): number;
  /** Both ends included. */
  integer(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<const List extends readonly [unknown, ...unknown[]]>(items: List): List[number];
  exponential(mean: number): number;
  /** Log-normal: half of the draws lie below `median`; `spread` 0.5 is mild, 1.5 is heavy-tailed. */
  around(median: number, spread: number): number;
  bytes(length: number): Uint8Array;
  /** Characters of `alphabet`. */
  text(length: number, alphabet?: string): string;
  fork(name: string): Random;
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function createRandom(seed: number): Random {
  const state = spreadSeed(seed);
  let [a, b, c, d] = state;

  // xoshiro128**: 32-bit arithmetic only, period 2^128 - 1.
  const uint32 = (): number => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return scrambled;
  };
  const uniform = (): number => uint32() / 0x1_0000_0000;
  const integer = (low: number, high: number): number => low + Math.floor(uniform() * (high - low + 1));

  return {
    uint32,
    uniform,
    integer,
    chance: (probability) => uniform() < probability,
    pick: <const List extends readonly [unknown, ...unknown[]]>(items: List): List[number] =>
      items[integer(0, items.length - 1)],
    exponential: (mean) => -Math.log(1 - uniform()) * mean,
    around: (median, spread) => {
      const gaussian = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
      return median * Math.exp(spread * gaussian);
    },
    bytes: (length) => {
      const out = new Uint8Array(length);
      for (let at = 0; at < length; at += 4) {
        const word = uint32();
        out[at] = word;
        out[at + 1] = word >>> 8;
        out[at + 2] = word >>> 16;
        out[at + 3] = word >>> 24;
      }
      return out;
    },
    text: (length, alphabet = letters) => {
      let out = '';
      for (let count = 0; count < length; count++) out += alphabet[integer(0, alphabet.length - 1)];
      return out;
    },
    fork: (name) => createRandom(mixName(seed, name)),
  };
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

/** splitmix32 turns any seed, 0 too, into four well mixed words. */
function spreadSeed(seed: number): [number, number, number, number] {
  let counter = (seed ^ Math.floor(seed / 0x1_0000_0000)) | 0;
  const next = (): number => {
    counter = (counter + 0x9e3779b9) | 0;
    let word = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  };
  return [next(), next(), next(), next() | 1];
}

/** FNV-1a of the name, started from the seed. */
function mixName(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ seed ^ Math.floor(seed / 0x1_0000_0000)) >>> 0;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
