// generate: the Internet checksum, https://www.rfc-editor.org/rfc/rfc1071, and its incremental form, RFC 1624.

/** Sum of big-endian 16-bit words; an odd last byte counts as the high half of a word. */
export function sumWords(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  const even = to - ((to - from) & 1);
  for (let at = from; at < even; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return even === to ? sum : sum + ((bytes[even] ?? 0) << 8);
}

/** Fold carries in and complement: the value that goes on the wire. */
export function foldChecksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}

/** The checksum after words with sum `before` were replaced by words with sum `after` (RFC 1624, equation 3). */
export function patchChecksum(checksum: number, before: number, after: number): number {
  let sum = (~checksum & 0xffff) + after;
  // ~m per word: subtracting a folded m is adding its one's complement.
  let folded = before;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  sum += ~folded & 0xffff;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
