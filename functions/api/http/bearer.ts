// api: the one API key: `Authorization: Bearer <key>`, compared in constant time (RFC 6750).

import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { ProblemError } from './problem.ts';

const BEARER = /^Bearer +(\S+) *$/i;
const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="smart-ids"' };
const BAD_CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="smart-ids", error="invalid_token"' };

/** Both sides are hashed first, so that neither the key's length nor its first difference shows in the time taken. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Middleware that lets through only requests that carry the key. */
export function requireBearer(apiKey: string): RequestHandler {
  const expected = digest(apiKey);
  return (request, _response, next) => {
    const header = request.headers.authorization;
    if (header === undefined) {
      throw new ProblemError('unauthorized', 'This needs the header "Authorization: Bearer <API key>".', {
        headers: CHALLENGE,
      });
    }
    const [, key] = BEARER.exec(header) ?? [];
    if (key === undefined || !timingSafeEqual(digest(key), expected)) {
      throw new ProblemError('unauthorized', 'The API key is not valid.', { headers: BAD_CHALLENGE });
    }
    next();
  };
}
