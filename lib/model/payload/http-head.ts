// model: an HTTP/1 request taken apart as far as its first bytes are kept (RFC 9112 §3, §5), in lower case.

import type { PayloadView } from './payload-view.ts';

/** `METHOD target HTTP/x.y`; the target may be cut by the kept bytes' end. */
const REQUEST = /^([a-z_]{3,12}) {1,3}(\S*)(?: {1,3}(http\/\d\.\d))?/;
const TCP = 6;

/** RFC 9110 §9, WebDAV (RFC 4918), and what speaks HTTP's form beside it: UPnP, RTSP, RPC over HTTP. */
const METHODS = new Set(
  (
    'get post head put options delete patch propfind proppatch connect trace search report mkcol copy move lock unlock merge ' +
    'notify subscribe unsubscribe describe setup play rpc_in_data rpc_out_data ccm_post bits_post source'
  ).split(' '),
);

export interface HttpRequest {
  /** Undefined where the line has none of the form; one of METHODS where `isKnown`. */
  readonly method: string | undefined;
  readonly isKnown: boolean;
  readonly target: string;
  /** The target before and behind its first question mark. */
  readonly path: string;
  readonly query: string;
  readonly version: string | undefined;
  /** The request line, and whether its end is kept. */
  readonly line: string;
  readonly isLineWhole: boolean;
  /** Request line and header lines; all that is kept where their end is not. */
  readonly head: string;
  readonly isHeadWhole: boolean;
  readonly body: string;
  readonly text: string;
  readonly host: string | undefined;
  readonly agent: string | undefined;
  readonly contentLength: string | undefined;
}

/** Undefined where the side that asks does not ask in HTTP. */
export function readHttpRequest({ asks, protocol }: PayloadView): HttpRequest | undefined {
  const { firstText, text } = asks;
  if (firstText === '') return undefined;
  const [, method, target = '', version] = REQUEST.exec(firstText) ?? [];
  const lineEnd = firstText.indexOf('\n');
  const line = lineEnd < 0 ? firstText : firstText.slice(0, lineEnd);
  const isKnown = method !== undefined && METHODS.has(method);
  if (!isKnown && !(protocol === TCP && isUnknownRequest(line))) return undefined;
  const headEnd = text.indexOf('\r\n\r\n');
  const head = headEnd < 0 ? text : text.slice(0, headEnd + 2);
  const queryAt = target.indexOf('?');
  return {
    method,
    isKnown,
    target,
    path: queryAt < 0 ? target : target.slice(0, queryAt),
    query: queryAt < 0 ? '' : target.slice(queryAt + 1),
    version,
    line,
    isLineWhole: lineEnd >= 0,
    head,
    isHeadWhole: headEnd >= 0,
    body: headEnd < 0 ? '' : text.slice(headEnd + 4),
    text,
    host: header(head, 'host'),
    agent: header(head, 'user-agent'),
    contentLength: header(head, 'content-length'),
  };
}

/** A line that ends as a request's does. Over UDP others borrow the form: SSDP, BitTorrent's local search. */
function isUnknownRequest(line: string): boolean {
  return !line.startsWith('m-search') && !line.startsWith('http/') && /http\/\S{0,5}\s*$/.test(line);
}

/** A header's value as far as it is kept, or nothing. */
export function header(head: string, name: string): string | undefined {
  const at = head.indexOf(`\n${name}:`);
  if (at < 0) return undefined;
  const from = at + name.length + 2;
  const end = head.indexOf('\r', from);
  return head.slice(from, end < 0 ? undefined : end).trim();
}
