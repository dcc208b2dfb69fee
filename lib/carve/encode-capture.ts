// carve: chosen records as one capture file, block by block.

import type { CaptureEncoder } from './capture-encoder.ts';
import type { CaptureFile } from './capture-format.ts';
import { createPcapEncoder } from './pcap-encoder.ts';
import { createPcapngEncoder } from './pcapng-encoder.ts';
import type { RecordPiece } from './record-piece.ts';

/** Pieces of single records are gathered to blocks of this size. */
const BLOCK_BYTES = 256 * 1024;

function createCaptureEncoder(file: CaptureFile): CaptureEncoder {
  return file.kind === 'pcap' ? createPcapEncoder(file) : createPcapngEncoder();
}

/** The file's bytes; no more is held than a piece and a block. */
export async function* encodeCapture(
  pieces: AsyncIterable<RecordPiece>,
  file: CaptureFile,
): AsyncGenerator<Uint8Array> {
  const encoder = createCaptureEncoder(file);
  let gathered = [encoder.begin()];
  let bytes = 0;
  for await (const piece of pieces) {
    const encoded = encoder.encode(piece);
    gathered.push(encoded);
    bytes += encoded.length;
    if (bytes < BLOCK_BYTES) continue;
    yield joined(gathered);
    gathered = [];
    bytes = 0;
  }
  gathered.push(encoder.end());
  yield joined(gathered);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const present = parts.filter(({ length }) => length > 0);
  const [only] = present;
  return only !== undefined && present.length === 1 ? only : Buffer.concat(present);
}
