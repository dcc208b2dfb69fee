// api: a capture file as a reply.

import type { Carved } from './carve.ts';
import type { Handled } from './http/route.ts';
import { CAPTURE_TYPES } from './schema/carve-schema.ts';

/** Of a route that gives one. */
export const captureStream = {
  status: 200,
  description: 'A capture file, sent as it is read. A connection that is cut means that the file is not whole.',
  streamTypes: Object.values(CAPTURE_TYPES),
} as const;

export function captureReply(
  { file, stream }: Carved,
  name: string,
): Handled & { readonly stream: AsyncIterable<Uint8Array> } {
  const headers = {
    'Content-Type': CAPTURE_TYPES[file.kind],
    'Content-Disposition': `attachment; filename="${name}.${file.kind}"`,
  };
  return { headers, stream };
}
