// local/opensearch/word: bits of rows, 32 to a number. In memory they lie as DuckDB's BIT has them: byte by byte, a byte's highest
// bit first. So the place of a bit among the 32 is not its weight.

export const WORD_ROWS = 32;

/** By place: the word that has this bit alone. */
export const PLACE_BITS = Int32Array.from({ length: WORD_ROWS }, (_, place) => 1 << ((place & 24) + 7 - (place & 7)));

export function countBits(word: number): number {
  let count = word - ((word >>> 1) & 0x5555_5555);
  count = (count & 0x3333_3333) + ((count >>> 2) & 0x3333_3333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** The first place whose bit is set; `word` is not 0. */
export function firstPlace(word: number): number {
  const shift = trailingZeros(word) & 24;
  return shift + Math.clz32((word >>> shift) & 255) - 24;
}

/** The last place whose bit is set; `word` is not 0. */
export function lastPlace(word: number): number {
  const shift = (31 - Math.clz32(word)) & 24;
  return shift + 7 - trailingZeros((word >>> shift) & 255);
}

/** The bits from a place on. */
export function bitsFrom(place: number): number {
  const shift = place & 24;
  const behind = shift === 24 ? 0 : -1 << (shift + 8);
  return ((255 >>> (place & 7)) << shift) | behind;
}

/** The bits up to a place, it included. */
export function bitsUpTo(place: number): number {
  return place === WORD_ROWS - 1 ? -1 : ~bitsFrom(place + 1);
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
