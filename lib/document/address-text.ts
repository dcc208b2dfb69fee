// document: IP and MAC addresses as people and the index write them (RFC 5952, ECS `mac`).

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0').toUpperCase());

/** IPv4 text of a 32-bit word. */
function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
}

/** Start and length of the longest run of two or more zero groups; the first one of equals (RFC 5952 §4.2). */
function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: -1, length: 1 };
  let start = 0;
  for (let at = 0; at <= groups.length; at += 1) {
    if (groups[at] === 0) continue;
    if (at - start > best.length) best = { start, length: at - start };
    start = at + 1;
  }
  return best;
}

function hexGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

function formatIpv6(words: readonly [number, number, number, number]): string {
  if (words[0] === 0 && words[1] === 0 && words[2] >>> 0 === 0xffff) return `::ffff:${formatIpv4(words[3])}`;
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const { start, length } = longestZeroRun(groups);
  if (start < 0) return hexGroups(groups);
  return `${hexGroups(groups.slice(0, start))}::${hexGroups(groups.slice(start + length))}`;
}

/** The address in four big-endian words; IPv4 lies in the last one. */
export function formatAddressWords(ipVersion: number, words: readonly [number, number, number, number]): string {
  return ipVersion === 4 ? formatIpv4(words[3]) : formatIpv6(words);
}

/** The address in the 16 bytes at `start`; missing bytes count as 0. */
export function formatAddress(ipVersion: number, bytes: Uint8Array, start: number): string {
  const word = (at: number): number =>
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>>
    0;
  return formatAddressWords(ipVersion, [word(start), word(start + 4), word(start + 8), word(start + 12)]);
}

/** `00-00-5E-00-53-23` of the six bytes at `start`. */
export function formatMac(bytes: Uint8Array, start: number): string {
  let text = HEX_PAIRS[bytes[start] ?? 0] ?? '';
  for (let at = 1; at < 6; at += 1) text += `-${HEX_PAIRS[bytes[start + at] ?? 0]}`;
  return text;
}

/** The same, of the first two and the last four bytes as numbers. */
export function formatMacWords(high: number, low: number): string {
  const bytes = [high >>> 8, high, low >>> 24, low >>> 16, low >>> 8, low].map((value) => value & 0xff);
  return formatMac(Uint8Array.from(bytes), 0);
}
