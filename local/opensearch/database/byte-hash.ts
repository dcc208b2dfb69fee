// local/opensearch/database: a hash of 32 bits over bytes: MurmurHash3 (x86, 32 bits, seed 0).
// Whoever makes values collide makes lookups read more rows; it decides nothing.

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

export function hashOfBytes(bytes: Uint8Array, from: number, length: number): number {
  const end = from + length;
  const wholeEnd = end - (length & 3);
  let hash = 0;
  for (let at = from; at < wholeEnd; at += 4) {
    const four =
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    hash ^= mixed(four);
    hash = ((hash << 13) | (hash >>> 19)) >>> 0;
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  if (wholeEnd < end) {
    let rest = 0;
    for (let at = end - 1; at >= wholeEnd; at -= 1) rest = (rest << 8) | (bytes[at] ?? 0);
    hash ^= mixed(rest);
  }
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixed(four: number): number {
  const spread = Math.imul(four, C1);
  return Math.imul((spread << 15) | (spread >>> 17), C2);
}
