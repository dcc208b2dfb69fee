// api: a capture file as a reply.

import type { Carved } from './carve.ts';
import { ProblemError } from './http/problem.ts';
import type { Handled } from './http/route.ts';
import { CAPTURE_TYPES } from './schema/carve-schema.ts';

/** Of a route that gives one. */
export const captureStream = {
  status: 200,
  description: 'A capture file, sent as it is read. A connection that is cut means that the file is not whole.',
  streamTypes: Object.values(CAPTURE_TYPES),
} as const;

/** @param maxBytes where the host takes no more in one reply: then it is gathered first, and refused where it is longer. */
export function captureReply(
  { file, stream }: Carved,
  name: string,
  maxBytes: number | undefined,
): Handled & { readonly stream: AsyncIterable<Uint8Array> } {
  const headers = {
    'Content-Type': CAPTURE_TYPES[file.kind],
    'Content-Disposition': `attachment; filename="${name}.${file.kind}"`,
  };
  return { headers, stream: maxBytes === undefined ? stream : gathered(stream, maxBytes) };
}

/** @throws ProblemError `too-large` before anything is sent. */
async function* gathered(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  const blocks: Uint8Array[] = [];
  let bytes = 0;
  for await (const block of stream) {
    bytes += block.length;
    if (bytes > maxBytes) {
      throw new ProblemError(
        'too-large',
        `The file is longer than the ${maxBytes} bytes that a reply holds here: ask for less.`,
      );
    }
    blocks.push(block);
  }
  yield Buffer.concat(blocks);
}
