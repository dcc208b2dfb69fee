// app: an HTTP/1 conversation under its ECS names: its first request and response, how many requests were seen (RFC 9112).

import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { basicUser, bodyHasPassword } from './http-credentials.ts';
import { contentLength, type HttpMessage, mediaType, readHttpMessage, shownText } from './http-message.ts';
import { readTarget, type Target, type UrlFields } from './http-target.ts';
import { MAX_MESSAGES, MAX_NAME } from './limits.ts';

interface Body {
  /** Length of the content as its header tells it. */
  readonly bytes: number;
}

export interface HttpRequestFields {
  readonly method: string;
  readonly referrer: string | undefined;
  readonly mime_type: string | undefined;
  readonly body: Body | undefined;
}

export interface HttpResponseFields {
  readonly status_code: number;
  readonly mime_type: string | undefined;
  readonly body: Body | undefined;
}

export interface HttpFacts {
  readonly network: { readonly protocol: 'http' | 'http2' };
  readonly http: {
    readonly version: string | undefined;
    readonly request: HttpRequestFields | undefined;
    readonly response: HttpResponseFields | undefined;
  };
  readonly url: UrlFields | undefined;
  readonly user: { readonly name: string } | undefined;
  readonly user_agent: { readonly original: string } | undefined;
  readonly smartids: { readonly http: OwnHttpFields } | undefined;
}

/** What ECS has no names for. */
export interface OwnHttpFields {
  readonly host: string | undefined;
  readonly server: string | undefined;
  /** What the connection is to become: `websocket`, `h2c`, `TLS/1.2`. */
  readonly upgrade: string | undefined;
  /** An Authorization field, or a password in the query or the form; what it is is not kept. */
  readonly credentials_seen: true | undefined;
  /** Requests in the first bytes; undefined where no first one was seen. */
  readonly requests: number | undefined;
}

interface RequestLine {
  readonly method: string;
  readonly target: string;
  /** Undefined where the bytes end before it. */
  readonly version: string | undefined;
}

interface StatusLine {
  readonly version: string;
  readonly status: number;
}

const METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE'],
  ...['PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'REPORT', 'SEARCH', 'MERGE', 'CHECKOUT'],
]);
const METHOD = /^[A-Z][A-Z_-]{1,31}$/;
const TOKEN_END = /[^A-Z_-]/;
const VERSION = /^HTTP\/(\d\.\d)$/;
const STATUS_LINE = /^HTTP\/(\d\.\d) ([1-9]\d\d)(?: |$)/;
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const MAX_METHOD_BYTES = 32;
const RETURN = 0x0d;
const LINE_FEED = 0x0a;
const MAX_EMPTY_LINE_BYTES = 16;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const UPPER_H = 0x48;
const SWITCHING_PROTOCOLS = 101;
const NO_BODY: ReadonlySet<number> = new Set([204, 304]);

/** Whichever side was seen first is the client where its bytes say so. */
export function dissectHttp({ transport, client, server }: Conversation): HttpFacts | undefined {
  if (transport !== 'tcp') return undefined;
  return readSides(client, server) ?? readSides(server, client);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readSides(client: SideHead, server: SideHead): HttpFacts | undefined {
  const sent = withoutEmptyLines(firstPiece(client));
  const answered = firstPiece(server);
  if (!beginsUpperCase(sent) && answered[0] !== UPPER_H) return undefined;
  const request = readRequest(bufferOf(sent));
  if (request === 'http2') return HTTP_2;
  const response = readResponse(bufferOf(answered), request?.line.method);
  if (request === undefined && response === undefined) return undefined;
  const agent = shownText(request?.message.fields.get('user-agent'));
  const user = basicUser(request?.message.fields.get('authorization'));
  const name = shownText(user, MAX_NAME);
  return {
    network: { protocol: 'http' },
    http: {
      version: request?.line.version ?? response?.version,
      request: request && requestFields(request),
      response: response?.fields,
    },
    url: request?.target.url,
    user: name === undefined ? undefined : { name },
    user_agent: agent === undefined ? undefined : { original: agent },
    smartids: ownFields(bufferOf(sent), request, response),
  };
}

const HTTP_2: HttpFacts = {
  network: { protocol: 'http2' },
  http: { version: '2', request: undefined, response: undefined },
  url: undefined,
  user: undefined,
  user_agent: undefined,
  smartids: undefined,
};

/** A request may come behind empty lines (RFC 9112 §2.2). */
function withoutEmptyLines(bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (at < MAX_EMPTY_LINE_BYTES && (bytes[at] === RETURN || bytes[at] === LINE_FEED)) at += 1;
  return at === 0 ? bytes : bytes.subarray(at);
}

function beginsUpperCase(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return first >= UPPER_A && first <= UPPER_Z && second >= UPPER_A && second <= UPPER_Z;
}

/** `method SP target [SP version]` */
function readRequestLine(line: string, isWhole: boolean): RequestLine | undefined {
  const space = line.slice(0, MAX_METHOD_BYTES + 1).search(TOKEN_END);
  const method = space < 0 ? line : line.slice(0, space);
  if (space <= 0 || line[space] !== ' ' || !METHOD.test(method)) return undefined;
  const last = line.lastIndexOf(' ');
  const version = last > space ? VERSION.exec(line.slice(last + 1))?.[1] : undefined;
  if (version === undefined && !METHODS.has(method)) return undefined;
  const target = line.slice(space + 1, version === undefined ? line.length : last).trim();
  // A line of HTTP/0.9 has a path and nothing else; text that happens to begin with a method has words.
  if (target === '' || (version === undefined && (target.includes(' ') ? isWhole : !/^[/*a-z[]/i.test(target))))
    return undefined;
  return { method, target, version: version ?? (isWhole ? '0.9' : undefined) };
}

interface Request {
  readonly line: RequestLine;
  readonly message: HttpMessage;
  readonly target: Target;
}

function readRequest(bytes: Buffer): Request | 'http2' | undefined {
  if (!beginsUpperCase(bytes)) return undefined;
  if (bytes.toString('latin1', 0, PREFACE.length) === PREFACE) return 'http2';
  const message = readHttpMessage(bytes, 0);
  const line = readRequestLine(message.line, message.isLineWhole);
  if (line === undefined) return undefined;
  return { line, message, target: readTarget(line.method, line.target, message.fields.get('host')) };
}

function requestFields({ line, message }: Request): HttpRequestFields {
  const length = contentLength(message.fields);
  const referrer = message.fields.get('referer');
  return {
    method: line.method,
    // Its query may hold a password too.
    referrer: referrer === undefined ? undefined : readTarget('', referrer, undefined).url.original,
    mime_type: mediaType(message.fields),
    body: length === undefined ? undefined : { bytes: length },
  };
}

interface Response extends StatusLine {
  readonly message: HttpMessage;
  readonly fields: HttpResponseFields;
}

/** The first response that is final: those before it only ask for patience (RFC 9110 §15.2). */
function readResponse(bytes: Buffer, method: string | undefined): Response | undefined {
  let at = 0;
  let interim: Response | undefined;
  for (let count = 0; count < MAX_MESSAGES && bytes[at] === UPPER_H; count += 1) {
    const message = readHttpMessage(bytes, at);
    const [, version, digits] = STATUS_LINE.exec(message.line) ?? [];
    if (version === undefined || digits === undefined) break;
    const status = Number(digits);
    const length = method === 'HEAD' || NO_BODY.has(status) ? undefined : contentLength(message.fields);
    const fields = {
      status_code: status,
      mime_type: mediaType(message.fields),
      body: length === undefined ? undefined : { bytes: length },
    };
    const response = { version, status, message, fields };
    if (status >= 200 || status === SWITCHING_PROTOCOLS || message.bodyAt === undefined) return response;
    interim ??= response;
    at = message.bodyAt;
  }
  return interim;
}

function ownFields(
  bytes: Buffer,
  request: Request | undefined,
  response: Response | undefined,
): { readonly http: OwnHttpFields } {
  const fields = request?.message.fields;
  return {
    http: {
      host: shownText(fields?.get('host'), MAX_NAME),
      server: shownText(response?.message.fields.get('server'), MAX_NAME),
      upgrade: shownText(response?.message.fields.get('upgrade') ?? fields?.get('upgrade'), MAX_NAME),
      credentials_seen: request !== undefined && hasCredentials(bytes, request) ? true : undefined,
      requests: request && countRequests(bytes, request.message),
    },
  };
}

function hasCredentials(bytes: Buffer, { message, target }: Request): boolean {
  if (target.hasPassword) return true;
  if (message.fields.has('authorization') || message.fields.has('proxy-authorization')) return true;
  return message.bodyAt !== undefined && bodyHasPassword(bytes, message.bodyAt, mediaType(message.fields));
}

/** As long as each one's length is told, and its header is there to tell it. */
function countRequests(bytes: Buffer, first: HttpMessage): number {
  let count = 1;
  for (let message = first; count < MAX_MESSAGES; count += 1) {
    if (message.bodyAt === undefined || message.fields.has('transfer-encoding')) break;
    const at = message.bodyAt + (contentLength(message.fields) ?? 0);
    if (at >= bytes.length || !beginsUpperCase(bytes.subarray(at, at + 2))) break;
    message = readHttpMessage(bytes, at);
    if (readRequestLine(message.line, message.isLineWhole) === undefined) break;
  }
  return count;
}
