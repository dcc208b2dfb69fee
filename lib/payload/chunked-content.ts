// payload: the content of a chunked HTTP message (RFC 9112 §7.1), as far as it is there.

export interface Dechunked {
  readonly bytes: Buffer;
  /** Where the message ends; undefined where it goes on behind the bytes, or is not chunked as it says. */
  readonly end: number | undefined;
}

/** A size, and what may follow it on its line. */
const SIZE_LINE = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?\r?$/;
const MAX_LINE_BYTES = 256;
const MAX_TRAILER_LINES = 64;
const LINE_FEED = 0x0a;

export function readChunked(bytes: Buffer, start: number): Dechunked {
  const parts: Buffer[] = [];
  const stop = (end?: number): Dechunked => ({ bytes: Buffer.concat(parts), end });
  for (let at = start; ; ) {
    const lineEnd = bytes.subarray(at, at + MAX_LINE_BYTES).indexOf(LINE_FEED);
    if (lineEnd < 0) return stop();
    const digits = SIZE_LINE.exec(bytes.toString('latin1', at, at + lineEnd))?.[1];
    if (digits === undefined) return stop();
    const size = Number.parseInt(digits, 16);
    at += lineEnd + 1;
    if (size === 0) return stop(trailerEnd(bytes, at));
    parts.push(bytes.subarray(at, at + size));
    at += size;
    if (bytes[at] === 0x0d) at += 1;
    if (bytes[at] !== LINE_FEED) return stop();
    at += 1;
  }
}

/** Behind the empty line that ends the trailer. */
function trailerEnd(bytes: Buffer, start: number): number | undefined {
  for (let at = start, lines = 0; lines < MAX_TRAILER_LINES; lines += 1) {
    const end = bytes.indexOf(LINE_FEED, at);
    if (end < 0) return undefined;
    if (end === at || (end === at + 1 && bytes[at] === 0x0d)) return end + 1;
    at = end + 1;
  }
  return undefined;
}
