// infer: the results object while it grows: documents as lines of JSON, compressed as they come.

import { once } from 'node:events';
import { constants, createGzip } from 'node:zlib';

/** Gathered before they are handed to the compressor. */
const PIECE_BYTES = 262_144;
/** UTF-8 takes at most so many bytes for a character of a string. */
const LONGEST_CHARACTER = 3;
const LINE_FEED = 0x0a;

export interface ResultLines {
  /** Resolves when the next document may come: memory holds the compressed bytes and one piece of text. */
  write(document: unknown): Promise<void>;
  readonly documents: () => number;
  /** The whole object; nothing may be written after it. */
  finish(): Promise<Uint8Array>;
}

export function createResultLines(): ResultLines {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  const compressed: Buffer[] = [];
  gzip.on('data', (bytes: Buffer) => compressed.push(bytes));
  const ended = once(gzip, 'end');
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let length = 0;
  let documents = 0;

  async function flush(): Promise<void> {
    if (length === 0) return;
    const bytes = piece.subarray(0, length);
    // The compressor reads it later, so that it is not written to again.
    piece = Buffer.allocUnsafe(PIECE_BYTES);
    length = 0;
    await compress(bytes);
  }

  async function compress(bytes: Uint8Array): Promise<void> {
    if (!gzip.write(bytes)) await once(gzip, 'drain');
  }

  async function write(line: string): Promise<void> {
    const most = line.length * LONGEST_CHARACTER + 1;
    if (most > PIECE_BYTES) {
      await flush();
      return compress(Buffer.from(`${line}\n`));
    }
    if (length + most > PIECE_BYTES) await flush();
    length += piece.write(line, length);
    piece[length] = LINE_FEED;
    length += 1;
  }

  return {
    documents: () => documents,
    write: (document) => {
      documents += 1;
      return write(JSON.stringify(document));
    },
    finish: async () => {
      await flush();
      gzip.end();
      await ended;
      return Buffer.concat(compressed);
    },
  };
}
