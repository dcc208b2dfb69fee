// A signer of our own, written from the client's side and apart from the server's code, that can also sign badly on purpose.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface RawTarget {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface RawRequest {
  readonly method: string;
  /** Percent-encoded, sent as it stands. */
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** `x-amz-content-sha256`; the body's own hash by default. */
  readonly payloadHash?: string;
  readonly date?: Date;
  /** Say the time in a Date header and not in x-amz-date. */
  readonly plainDate?: boolean;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The Code of an error document. */
  readonly code: string | undefined;
}

/** What goes over the wire; tests change it between signing and sending. */
export interface WireRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function deriveKey(target: RawTarget, day: string): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${target.secretAccessKey}`, day), target.region), 's3'), 'aws4_request');
}

export function timestamp(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonical(
  method: string,
  path: string,
  query: readonly (readonly [string, string])[],
  headers: Readonly<Record<string, string>>,
  hash: string,
): { text: string; signed: string } {
  const names = Object.keys(headers).sort();
  const pairs = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const lines = names.map((name) => `${name}:${headers[name]}`);
  const signed = names.join(';');
  return { text: [method, path, pairs.join('&'), ...lines, '', signed, hash].join('\n'), signed };
}

function signText(target: RawTarget, time: string, text: string): string {
  const scope = `${time.slice(0, 8)}/${target.region}/s3/aws4_request`;
  return hmac(deriveKey(target, time.slice(0, 8)), ['AWS4-HMAC-SHA256', time, scope, sha256(text)].join('\n')).toString(
    'hex',
  );
}

/** Sign with the Authorization header. */
export function signHeaders(target: RawTarget, request: RawRequest): WireRequest {
  const time = timestamp(request.date ?? new Date());
  const body = Buffer.from(request.body ?? '');
  const hash = request.payloadHash ?? sha256(body);
  const headers: Record<string, string> = {
    host: new URL(target.endpoint).host,
    'x-amz-content-sha256': hash,
    ...(request.plainDate ? { date: (request.date ?? new Date()).toUTCString() } : { 'x-amz-date': time }),
    ...request.headers,
  };
  const { text, signed } = canonical(request.method, request.path, request.query ?? [], headers, hash);
  const credential = `${target.accessKeyId}/${time.slice(0, 8)}/${target.region}/s3/aws4_request`;
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${signText(target, time, text)}`;
  return { method: request.method, path: withQuery(request.path, request.query ?? []), headers, body };
}

/** Sign with the query: a presigned URL. */
export function presign(target: RawTarget, request: RawRequest & { readonly expires: number | string }): WireRequest {
  const time = timestamp(request.date ?? new Date());
  const headers: Record<string, string> = { host: new URL(target.endpoint).host, ...request.headers };
  const query: (readonly [string, string])[] = [
    ...(request.query ?? []),
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${target.accessKeyId}/${time.slice(0, 8)}/${target.region}/s3/aws4_request`],
    ['X-Amz-Date', time],
    ['X-Amz-Expires', `${request.expires}`],
    ['X-Amz-SignedHeaders', Object.keys(headers).sort().join(';')],
  ];
  const { text } = canonical(request.method, request.path, query, headers, 'UNSIGNED-PAYLOAD');
  query.push(['X-Amz-Signature', signText(target, time, text)]);
  return {
    method: request.method,
    path: withQuery(request.path, query),
    headers,
    body: Buffer.from(request.body ?? ''),
  };
}

function withQuery(path: string, query: readonly (readonly [string, string])[]): string {
  return query.length === 0 ? path : `${path}?${query.map(([n, v]) => `${encode(n)}=${encode(v)}`).join('&')}`;
}

/** Send exactly this; `content-length` is the body's unless the headers say otherwise. */
export function send(target: RawTarget, wire: WireRequest): Promise<RawResponse> {
  const { hostname, port } = new URL(target.endpoint);
  return new Promise((resolve, reject) => {
    const length = 'transfer-encoding' in wire.headers ? {} : { 'content-length': `${wire.body.length}` };
    const headers = { ...length, ...wire.headers };
    const outgoing = httpRequest({ hostname, port, method: wire.method, path: wire.path, headers, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const body = Buffer.concat(pieces);
        const code = /<Code>([^<]+)<\/Code>/.exec(body.toString())?.[1];
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, code });
      });
    });
    outgoing.end(wire.body);
  });
}

export function signedSend(target: RawTarget, request: RawRequest): Promise<RawResponse> {
  return send(target, signHeaders(target, request));
}

/** A key that no other test uses. */
export function freshKey(name: string): string {
  return `${name}-${randomUUID()}`;
}

export interface ChunkedOptions {
  readonly signed: boolean;
  readonly trailers?: Readonly<Record<string, string>>;
  readonly seedSignature?: string;
  readonly time?: string;
}

/** Write an aws-chunked body of these chunks. */
export function awsChunked(target: RawTarget, chunks: readonly Buffer[], options: ChunkedOptions): Buffer {
  const { time = '', trailers } = options;
  const scope = `${time.slice(0, 8)}/${target.region}/s3/aws4_request`;
  const key = deriveKey(target, time.slice(0, 8));
  let previous = options.seedSignature ?? '';
  const out: (Buffer | string)[] = [];
  for (const chunk of [...chunks, Buffer.alloc(0)]) {
    out.push(chunk.length.toString(16));
    if (options.signed) {
      const text = ['AWS4-HMAC-SHA256-PAYLOAD', time, scope, previous, sha256(''), sha256(chunk)].join('\n');
      previous = hmac(key, text).toString('hex');
      out.push(`;chunk-signature=${previous}`);
    }
    out.push('\r\n');
    if (chunk.length > 0) out.push(chunk, '\r\n');
  }
  if (trailers) {
    const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}\n`);
    for (const line of lines) out.push(line.replace('\n', '\r\n'));
    if (options.signed) {
      const text = ['AWS4-HMAC-SHA256-TRAILER', time, scope, previous, sha256(lines.join(''))].join('\n');
      out.push(`x-amz-trailer-signature:${hmac(key, text).toString('hex')}\r\n`);
    }
  }
  out.push('\r\n');
  return Buffer.concat(out.map((piece) => Buffer.from(piece)));
}
