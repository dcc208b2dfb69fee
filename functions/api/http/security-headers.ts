// api: the headers that keep a hostile capture's text from ever running in a page (CSP, no sniffing, no framing).

import type { RequestHandler } from 'express';
import helmet from 'helmet';

const NONE = ["'none'"];
const SELF = ["'self'"];

export interface HeaderOptions {
  /** Origins beside our own that pages may send to: the bucket's endpoint, for uploads. */
  readonly connectOrigins: readonly string[];
  /** Off only where a third-party page (Swagger UI) writes markup by itself; script sources stay `self` there too. */
  readonly trustedTypes: boolean;
}

/** Helmet with nothing allowed that the pages do not use: no inline script, no inline style, no foreign origin. */
export function securityHeaders(options: HeaderOptions): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': NONE,
        'script-src': SELF,
        'style-src': SELF,
        'img-src': ["'self'", 'data:'],
        'font-src': SELF,
        'connect-src': ["'self'", ...options.connectOrigins],
        'base-uri': NONE,
        'form-action': NONE,
        'frame-ancestors': NONE,
        'object-src': NONE,
        ...(options.trustedTypes ? { 'require-trusted-types-for': ["'script'"], 'trusted-types': NONE } : {}),
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
}
