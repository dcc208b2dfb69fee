// s3 content: a byte range of an object on its way from its blobs to a client, whatever happens to the object meanwhile.
import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from './blobs.ts';
import type { ObjectBody } from './operation.ts';
import type { Segment } from './tables/objects.ts';

const READ_BYTES = 256 * 1024;

interface Piece {
  readonly blob: string;
  readonly start: number;
  readonly length: number;
}

/** Hold the blobs and open the first, so that a missing file is an error document and not a broken answer. */
export async function openContent(
  blobs: BlobStore,
  segments: readonly Segment[],
  start: number,
  length: number,
): Promise<ObjectBody> {
  const [first, ...rest] = cutPieces(segments, start, length);
  if (!first) return { send: async () => {}, cancel: () => {} };
  const release = blobs.hold([first, ...rest].map((piece) => piece.blob));
  let firstFile: FileHandle;
  try {
    firstFile = await blobs.open(first.blob);
  } catch (error) {
    release();
    throw error;
  }
  return {
    async send(response) {
      try {
        // One pipeline for all pieces: each one more would hang its listeners on the response until the answer ends.
        await pipeline(readPieces(blobs, firstFile, first, rest), response, { end: false });
      } finally {
        release();
      }
    },
    cancel() {
      release();
      void firstFile.close();
    },
  };
}

/** The pieces of blobs that make up a range of the object. */
export function cutPieces(segments: readonly Segment[], start: number, length: number): readonly Piece[] {
  const pieces: Piece[] = [];
  const end = start + length;
  let at = 0;
  for (const { blob, size } of segments) {
    const from = Math.max(start, at);
    const to = Math.min(end, at + size);
    if (to > from) pieces.push({ blob, start: from - at, length: to - from });
    at += size;
  }
  return pieces;
}

async function* readPieces(
  blobs: BlobStore,
  firstFile: FileHandle,
  first: Piece,
  rest: readonly Piece[],
): AsyncGenerator<Uint8Array> {
  yield* readPiece(firstFile, first);
  for (const piece of rest) yield* readPiece(await blobs.open(piece.blob), piece);
}

async function* readPiece(file: FileHandle, piece: Piece): AsyncGenerator<Uint8Array> {
  const stream = file.createReadStream({
    start: piece.start,
    end: piece.start + piece.length - 1,
    highWaterMark: READ_BYTES,
  });
  yield* stream as AsyncIterable<Buffer>; // without an encoding a file's pieces are buffers
  if (stream.bytesRead !== piece.length)
    throw new Error(`blob ${piece.blob} ends ${piece.length - stream.bytesRead} bytes early`);
}
