// infer: the results object while it grows: documents as lines of JSON, compressed as they come.

import { once } from 'node:events';
import { constants, createGzip } from 'node:zlib';

/** Text gathered before it is handed to the compressor. */
const PIECE_CHARACTERS = 65_536;

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
  let piece = '';
  let documents = 0;

  async function flush(): Promise<void> {
    const text = piece;
    piece = '';
    if (!gzip.write(text)) await once(gzip, 'drain');
  }

  return {
    documents: () => documents,
    write: async (document) => {
      piece += `${JSON.stringify(document)}\n`;
      documents += 1;
      if (piece.length >= PIECE_CHARACTERS) await flush();
    },
    finish: async () => {
      if (piece.length > 0) await flush();
      gzip.end();
      await ended;
      return Buffer.concat(compressed);
    },
  };
}
