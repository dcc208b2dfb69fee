// s3: the lines of a gzipped object, one at a time, in memory bounded by the longest line allowed.

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PipelineError } from '../errors/pipeline-error.ts';

/** A flow's document is a few KiB; nothing of ours comes near. */
export const MAX_LINE_BYTES = 1024 * 1024;

const LINE_END = 0x0a;

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

/** Decompress; bytes that are no whole gzip stream give a permanent `invalid-object`. */
async function* gunzip(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const source = Readable.from(compressed, { objectMode: false });
  const unzip = createGunzip();
  source.on('error', (error) => unzip.destroy(error));
  try {
    for await (const piece of source.pipe(unzip)) yield piece;
  } catch (cause) {
    if (!isZlibError(cause)) throw cause;
    throw new PipelineError('invalid-object', `results object is no gzip stream: ${String(cause)}`, {
      permanent: true,
      cause,
    });
  } finally {
    source.destroy();
    unzip.destroy();
  }
}

/** Lines without their ends; empty ones are left out. */
export async function* readLines(
  compressed: AsyncIterable<Uint8Array>,
  maxLineBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<string> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;

  function hold(piece: Buffer): void {
    pending.push(piece);
    pendingBytes += piece.length;
    if (pendingBytes > maxLineBytes) {
      throw new PipelineError('invalid-object', `results object has a line of more than ${maxLineBytes} bytes`, {
        permanent: true,
        details: { maxLineBytes },
      });
    }
  }
  for await (const piece of gunzip(compressed)) {
    let start = 0;
    for (let end = piece.indexOf(LINE_END); end >= 0; end = piece.indexOf(LINE_END, start)) {
      hold(piece.subarray(start, end));
      if (pendingBytes > 0) yield Buffer.concat(pending).toString('utf8');
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    if (start < piece.length) hold(piece.subarray(start));
  }
  if (pendingBytes > 0) yield Buffer.concat(pending).toString('utf8');
}
