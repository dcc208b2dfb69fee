// s3 cors: lets pages of any origin use presigned URLs; nothing here goes by cookies, so an origin proves nothing anyway.
import type { IncomingMessage, ServerResponse } from 'node:http';

const METHODS = 'GET, HEAD, PUT, POST, DELETE';
const EXPOSED = [
  'ETag',
  'Content-Length',
  'Content-Range',
  'Accept-Ranges',
  'Last-Modified',
  'x-amz-request-id',
  'x-amz-mp-parts-count',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
].join(', ');
const MAX_AGE_SECONDS = 3600;
const HEADER_NAMES = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+(?:\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*$/;

/** Headers that every answer to a page carries. */
export function corsHeaders(message: IncomingMessage): Readonly<Record<string, string>> {
  if (message.headers.origin === undefined) return {};
  return { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED };
}

/** Answer a preflight, which comes unsigned and is told nothing but what may be asked; false if this is none. */
export function answerPreflight(message: IncomingMessage, response: ServerResponse): boolean {
  const asked = message.headers['access-control-request-method'];
  if (message.method !== 'OPTIONS' || message.headers.origin === undefined || asked === undefined) return false;
  const headers = message.headers['access-control-request-headers'];
  response.writeHead(204, {
    ...corsHeaders(message),
    'access-control-allow-methods': METHODS,
    'access-control-max-age': `${MAX_AGE_SECONDS}`,
    ...(headers !== undefined && HEADER_NAMES.test(headers) ? { 'access-control-allow-headers': headers } : {}),
    'content-length': '0',
  });
  response.end();
  return true;
}
