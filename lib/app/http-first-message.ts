// app: the first lines of HTTP in a single packet, for `app-facts.ts`, which reads packets without their streams (RFC 9112 §3–§5).

export interface HttpRequest {
  readonly method: string;
  /** Request target as sent; cut where the kept bytes end before it does (then there is no version). */
  readonly target: string;
  readonly version: string | undefined;
  readonly host: string | undefined;
  readonly userAgent: string | undefined;
}

export interface HttpResponse {
  readonly version: string;
  readonly status: number;
  /** Media type without its parameters. */
  readonly mimeType: string | undefined;
}

const REQUEST_LINE =
  /^(GET|POST|HEAD|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE|PROPFIND) ([\x21-\x7e]+)(?: HTTP\/(1\.[01])\r?\n)?/;
const STATUS_LINE = /^HTTP\/(1\.[01]) ([1-5]\d\d)(?= |\r?\n)/;

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** A header's value, only where its whole line was kept. */
function header(head: string, name: string): string | undefined {
  const lines = head.split('\n');
  for (const line of lines.slice(1, -1)) {
    if (line === '\r' || line === '') return undefined;
    const colon = line.indexOf(':');
    if (colon > 0 && line.slice(0, colon).toLowerCase() === name) return printable(line.slice(colon + 1).trim());
  }
  return undefined;
}

function printable(value: string): string | undefined {
  return /^[\x20-\x7e]+$/.test(value) ? value : undefined;
}

export function decodeHttpRequest(bytes: Uint8Array): HttpRequest | undefined {
  const head = text(bytes);
  const [, method, target, version] = REQUEST_LINE.exec(head) ?? [];
  if (method === undefined || target === undefined) return undefined;
  return { method, target, version, host: header(head, 'host'), userAgent: header(head, 'user-agent') };
}

export function decodeHttpResponse(bytes: Uint8Array): HttpResponse | undefined {
  const head = text(bytes);
  const [, version, status] = STATUS_LINE.exec(head) ?? [];
  if (version === undefined || status === undefined) return undefined;
  const mimeType = header(head, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  return { version, status: Number(status), mimeType };
}
