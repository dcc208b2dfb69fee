// flow: addresses as rows carry them: 16 bytes, IPv4 as ::ffff:a.b.c.d.

/** Writes four big-endian words at `at`. */
export function writeAddress(
  into: Uint8Array,
  at: number,
  word0: number,
  word1: number,
  word2: number,
  word3: number,
): void {
  writeWord(into, at, word0);
  writeWord(into, at + 4, word1);
  writeWord(into, at + 8, word2);
  writeWord(into, at + 12, word3);
}

function writeWord(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}
