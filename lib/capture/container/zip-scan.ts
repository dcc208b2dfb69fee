// capture: a zip member of untold length that has no end of its own: it ends where a descriptor with its length stands.
import type { ByteCursor, StreamEnd } from '../byte-cursor.ts';
import { DATA_DESCRIPTOR } from './zip-header.ts';

const WINDOW_BYTES = 65_536;
/** Signature, checksum, and the packed size in 8 bytes. */
const PROBE_BYTES = 16;
const SIGNATURE = Buffer.alloc(4);
SIGNATURE.writeUInt32LE(DATA_DESCRIPTOR);

/** Up to the descriptor. Other bytes that look like one have the length right once in 2^32 times. */
export async function* readUntilDescriptor(input: ByteCursor): AsyncGenerator<Uint8Array, StreamEnd> {
  const start = input.position;
  for (;;) {
    const window = await input.peek(WINDOW_BYTES);
    const end = findDescriptor(window, input.position - start);
    const isLast = window.length < WINDOW_BYTES;
    const length = end ?? (isLast ? window.length : window.length - PROBE_BYTES);
    if (length > 0) yield await input.take(length);
    if (end !== undefined) return 'whole';
    if (isLast) return 'compressed-cut-short';
  }
}

function findDescriptor(window: Uint8Array, before: number): number | undefined {
  const bytes = Buffer.from(window.buffer, window.byteOffset, window.byteLength);
  for (let at = bytes.indexOf(SIGNATURE); at >= 0; at = bytes.indexOf(SIGNATURE, at + 1)) {
    if (at + 12 > bytes.length) return undefined;
    const low = bytes.readUInt32LE(at + 8);
    const length = before + at;
    const isLong = at + PROBE_BYTES <= bytes.length && bytes.readUInt32LE(at + 12) * 2 ** 32 + low === length;
    if (isLong || low === length % 2 ** 32) return at;
  }
  return undefined;
}
