// app: one HTTP/1 message: its first line, its header fields, where its body begins and how long it is (RFC 9112).

import { clearText } from './clear-text.ts';
import { MAX_HTTP_FIELDS, MAX_HTTP_HEADER_BYTES, MAX_TEXT } from './limits.ts';

export interface HttpMessage {
  /** The first line, and no more of it than `MAX_HTTP_HEADER_BYTES`. */
  readonly line: string;
  /** False where the bytes end inside the first line. */
  readonly isLineWhole: boolean;
  /** Latin-1, by lower-case name, those of `READ_FIELDS`; the first of several, and only what stands whole. */
  readonly fields: ReadonlyMap<string, string>;
  /** Where the body begins; undefined where the header goes on behind the bytes. */
  readonly bodyAt: number | undefined;
}

const PLAIN = /^[\x20-\x7e]*$/;
const RETURN = 0x0d;

/** What the dissector and payload views ask for; all else is stepped over. */
const READ_FIELDS: ReadonlySet<string> = new Set([
  ...['authorization', 'content-encoding', 'content-length', 'content-type', 'host', 'proxy-authorization', 'referer'],
  ...['server', 'transfer-encoding', 'upgrade', 'user-agent'],
]);
/** Their lengths and first letters: most other names are passed over by these. */
const READ_STARTS: ReadonlySet<number> = new Set(
  [...READ_FIELDS].map((name) => startOf(name.length, name.charCodeAt(0))),
);
const HEADER_END = '\n\r\n';

/** Of a letter in either case. */
function startOf(length: number, first: number): number {
  return 32 * length + (first & 0x1f);
}

/** Reads the header that begins at `at`. */
export function readHttpMessage(bytes: Buffer, at: number): HttpMessage {
  const headerEnd = bytes.indexOf(HEADER_END, at, 'latin1');
  const most = at + MAX_HTTP_HEADER_BYTES;
  const head = bytes.toString('latin1', at, headerEnd < 0 ? most : Math.min(headerEnd + HEADER_END.length, most));
  const firstEnd = head.indexOf('\n');
  const line = head.slice(0, lineEnd(head, 0, firstEnd < 0 ? head.length : firstEnd));
  const fields = new Map<string, string>();
  if (firstEnd < 0) return { line, isLineWhole: false, fields, bodyAt: undefined };
  let from = firstEnd + 1;
  for (let count = 0; count < MAX_HTTP_FIELDS; count += 1) {
    const end = head.indexOf('\n', from);
    if (end < 0) break;
    const stop = lineEnd(head, from, end);
    if (stop === from) return { line, isLineWhole: true, fields, bodyAt: at + end + 1 };
    const colon = head.indexOf(':', from);
    if (colon > from && colon < stop && READ_STARTS.has(startOf(colon - from, head.charCodeAt(from)))) {
      const name = head.slice(from, colon).toLowerCase();
      if (READ_FIELDS.has(name) && !fields.has(name)) fields.set(name, head.slice(colon + 1, stop).trim());
    }
    from = end + 1;
  }
  return { line, isLineWhole: true, fields, bodyAt: undefined };
}

/** Without the carriage return before the line feed. */
function lineEnd(text: string, from: number, end: number): number {
  return end > from && text.charCodeAt(end - 1) === RETURN ? end - 1 : end;
}

/** Latin-1 as bounded text that can be shown: UTF-8 where it is more than ASCII. */
export function shownText(latin1: string | undefined, max = MAX_TEXT): string | undefined {
  if (latin1 === undefined || latin1 === '') return undefined;
  const text = latin1.length > max ? latin1.slice(0, max) : latin1;
  return PLAIN.test(text) ? text : clearText(Buffer.from(text, 'latin1'), max);
}

/** Decimal digits as a number; undefined for anything else. */
export function contentLength(fields: HttpMessage['fields']): number | undefined {
  const text = fields.get('content-length') ?? '';
  if (text.length > 15 || !/^\d+$/.test(text)) return undefined;
  return Number(text);
}

/** The media type without its parameters, in lower case. */
export function mediaType(fields: HttpMessage['fields']): string | undefined {
  const [type] = (fields.get('content-type') ?? '').split(';', 1);
  return shownText(type?.trim().toLowerCase());
}
