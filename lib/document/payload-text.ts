// document: the readable part of a flow's first payload bytes, for full-text search.

const DOT = 0x2e;
const SPACE = 0x20;

/** Byte → character: printable ASCII as it is, tab and line ends a space (words end there), everything else a dot. */
const CHARACTERS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= SPACE && byte < 0x7f) return byte;
  return byte === 0x09 || byte === 0x0a || byte === 0x0d ? SPACE : DOT;
});

/** Text of one direction's payload packets, one packet a line; undefined where there are no bytes. */
export function payloadText(payloads: readonly Uint8Array[]): string | undefined {
  const lines: string[] = [];
  for (const payload of payloads) {
    if (payload.length === 0) continue;
    const readable = Buffer.allocUnsafe(payload.length);
    for (let at = 0; at < payload.length; at += 1) readable[at] = CHARACTERS[payload[at] ?? 0] ?? DOT;
    lines.push(readable.toString('latin1'));
  }
  return lines.length === 0 ? undefined : lines.join('\n');
}
