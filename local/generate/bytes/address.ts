// generate: IP and MAC addresses as bytes; only private and documentation ranges are ever made.

/** Bytes of a dotted IPv4 or a (possibly `::`-shortened) IPv6 address. */
export function parseAddress(text: string): Uint8Array {
  return text.includes(':') ? parseIpv6(text) : Uint8Array.from(text.split('.'), Number);
}

function parseIpv6(text: string): Uint8Array {
  const [head = '', tail] = text.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const all = [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Uint8Array.from(all.flatMap((group) => [group >>> 8, group & 0xff]));
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** Text as RFC 5952 has it, apart from embedded IPv4. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const words: string[] = [];
  for (let at = 0; at < 16; at += 2) words.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  const run = longestZeroRun(words);
  if (run.length < 2) return words.join(':');
  return `${words.slice(0, run.at).join(':')}::${words.slice(run.at + run.length).join(':')}`;
}

function longestZeroRun(words: readonly string[]): { readonly at: number; readonly length: number } {
  let best = { at: 0, length: 0 };
  for (let at = 0; at < words.length; at++) {
    let end = at;
    while (words[end] === '0') end++;
    if (end - at > best.length) best = { at, length: end - at };
  }
  return best;
}

/** A locally administered unicast MAC for an address: the same address always has the same card. */
export function macFor(address: Uint8Array): Uint8Array {
  let hash = 0x811c9dc5;
  for (const byte of address) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return Uint8Array.of(0x02, 0x42, hash >>> 24, (hash >>> 16) & 0xff, (hash >>> 8) & 0xff, hash & 0xff);
}

/** Where a multicast IP packet goes on Ethernet (RFC 1112 §6.4, RFC 2464 §7). */
export function multicastMac(address: Uint8Array): Uint8Array {
  const tail = address.subarray(address.length - 4);
  return address.length === 4
    ? Uint8Array.of(0x01, 0x00, 0x5e, (tail[1] ?? 0) & 0x7f, tail[2] ?? 0, tail[3] ?? 0)
    : Uint8Array.of(0x33, 0x33, ...tail);
}

export const broadcastMac: Uint8Array = Uint8Array.of(255, 255, 255, 255, 255, 255);
