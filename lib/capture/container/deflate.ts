// capture: one raw deflate stream (RFC 1951) out of a cursor, which is left right behind it.
import { createInflateRaw } from 'node:zlib';
import type { ByteCursor, StreamEnd } from '../byte-cursor.ts';
import { NativeDecoder } from './native-decoder.ts';

/** Fixed, so that the same bytes decode alike however they arrive. */
const PIECE_BYTES = 65_536;
const OUTPUT_BYTES = 65_536;

export async function* inflate(input: ByteCursor): AsyncGenerator<Uint8Array, StreamEnd> {
  const decoder = new NativeDecoder(createInflateRaw({ chunkSize: OUTPUT_BYTES }));
  const start = input.position;
  try {
    for (;;) {
      const piece = await input.take(PIECE_BYTES);
      const result = piece.length === 0 ? yield* decoder.finish() : yield* decoder.feed(piece);
      if (piece.length === 0) return result === 'ended' ? 'whole' : 'compressed-cut-short';
      if (result === 'corrupt') return 'compressed-corrupt';
      if (result === 'ended') {
        input.giveBack(piece.subarray(piece.length - (input.position - start - decoder.consumed)));
        return 'whole';
      }
    }
  } finally {
    decoder.close();
  }
}
