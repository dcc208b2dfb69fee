// flow: the bytes of a packet that are looked at, up to an end that lies before the end of their array.

/** The byte at a position, -1 where it is not looked at. */
export function byteAt(bytes: Uint8Array, at: number, end: number): number {
  return at < end ? (bytes[at] as number) : -1; // the caller keeps `end` within the bytes, and `at` is never negative
}

/** Two bytes, the lower first; -1 where one of them is not looked at. */
export function uint16leAt(bytes: Uint8Array, at: number, end: number): number {
  return at + 1 < end ? (bytes[at] as number) | ((bytes[at + 1] as number) << 8) : -1; // as above
}

/** Two bytes, the higher first; -1 where one of them is not looked at. */
export function uint16At(bytes: Uint8Array, at: number, end: number): number {
  return at + 1 < end ? ((bytes[at] as number) << 8) | (bytes[at + 1] as number) : -1; // as above
}

/** Four bytes, the lowest first; -1 where one of them is not looked at. */
export function uint32leAt(bytes: Uint8Array, at: number, end: number): number {
  return at + 3 < end ? uint16leAt(bytes, at, end) + 0x1_0000 * uint16leAt(bytes, at + 2, end) : -1;
}

/** Whether all of the word stands at a position. */
export function isAt(bytes: Uint8Array, at: number, end: number, word: Uint8Array): boolean {
  if (at + word.length > end) return false;
  for (let k = 0; k < word.length; k++) if (bytes[at + k] !== word[k]) return false;
  return true;
}

/** Whether all of the word stands somewhere from a position on. */
export function isWithin(bytes: Uint8Array, from: number, end: number, word: Uint8Array): boolean {
  for (let at = from; at + word.length <= end; at++) if (isAt(bytes, at, end, word)) return true;
  return false;
}

/** The bytes of a word. */
export function wordOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A letter as a small one, any other byte as it is. */
export function lowered(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
