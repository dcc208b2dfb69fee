// api: a reply of bytes as they come: no more of it in memory than the client has not read yet.

import { once } from 'node:events';
import type { Response } from 'express';

/** A client that reads nothing for this long is gone. */
const STALL_MS = 60_000;

/**
 * A failure before the first block is thrown, and answered like any other. Later ones cut the connection, so that the
 * client sees that the file is not whole, and are thrown for the log.
 */
export async function sendStream(
  stream: AsyncIterable<Uint8Array>,
  response: Response,
  head: () => Response,
  onFirstBlock: () => void,
): Promise<void> {
  const blocks = stream[Symbol.asyncIterator]();
  try {
    let next = await blocks.next();
    onFirstBlock();
    head();
    if (response.req.method === 'HEAD') {
      response.end();
      return;
    }
    try {
      for (; next.done !== true && !response.closed; next = await blocks.next()) {
        if (!response.write(next.value)) await drained(response);
      }
      response.end();
    } catch (error) {
      // A client that has gone is no failure: its going away is what ended the reading.
      if (response.closed) return;
      response.destroy();
      throw error;
    }
  } finally {
    await blocks.return?.();
  }
}

async function drained(response: Response): Promise<void> {
  if (response.closed) return;
  const over = new AbortController();
  const stalled = setTimeout(() => response.destroy(), STALL_MS);
  try {
    await Promise.race([
      once(response, 'drain', { signal: over.signal }),
      once(response, 'close', { signal: over.signal }),
    ]);
  } finally {
    clearTimeout(stalled);
    over.abort();
  }
}
