// s3 request: one HTTP request read into what S3 knows: bucket, key, parameters and headers, before anything is trusted.
import type { IncomingMessage } from 'node:http';
import { S3Error } from './errors.ts';
import { decodeUtf8, percentDecode } from './uri.ts';

export interface S3Request {
  readonly id: string;
  readonly method: string;
  /** The path as it came, percent-encoded: what was signed. */
  readonly rawPath: string;
  /** Names and values of the query as byte strings, in the order they came: what was signed. */
  readonly rawQuery: readonly (readonly [name: Buffer, value: Buffer])[];
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** The query as text, the first value of each name; names that S3 spells in any case (`X-Amz-*`) are in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Headers by lower-case name; several of one name are joined by commas, so that none hides behind another. */
  readonly headers: ReadonlyMap<string, string>;
  readonly remoteAddress: string;
}

const MAX_TARGET_LENGTH = 12_288;
const MAX_PARAMETERS = 200;

/** Read the request line and the headers; a target that is no path is refused. */
export function parseRequest(message: IncomingMessage, id: string): S3Request {
  const target = message.url ?? '';
  if (!target.startsWith('/') || target.length > MAX_TARGET_LENGTH)
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  const mark = target.indexOf('?');
  const rawPath = mark < 0 ? target : target.slice(0, mark);
  const rawQuery = parseQuery(mark < 0 ? '' : target.slice(mark + 1));
  const headers = new Map<string, string>();
  for (const [name, values] of Object.entries(message.headersDistinct)) headers.set(name, (values ?? []).join(','));
  const parameters = new Map<string, string>();
  for (const [rawName, rawValue] of rawQuery) {
    const spelt = decodeUtf8(rawName);
    const name = /^x-amz-/i.test(spelt) ? spelt.toLowerCase() : spelt;
    if (!parameters.has(name)) parameters.set(name, decodeUtf8(rawValue));
  }
  return {
    id,
    method: message.method ?? '',
    rawPath,
    rawQuery,
    ...parseResource(rawPath, headers.get('host') ?? ''),
    parameters,
    headers,
    remoteAddress: message.socket.remoteAddress ?? '',
  };
}

/** A setting that may come as an `x-amz-*` header or, in a presigned URL, as the parameter of the same name. */
export function setting(request: S3Request, name: string): string | undefined {
  return request.headers.get(name) ?? request.parameters.get(name);
}

function parseQuery(query: string): readonly (readonly [Buffer, Buffer])[] {
  if (query === '') return [];
  const pairs = query.split('&').filter((pair) => pair !== '');
  if (pairs.length > MAX_PARAMETERS)
    throw new S3Error('InvalidURI', `The query has ${pairs.length} parameters; at most ${MAX_PARAMETERS} are read.`);
  return pairs.map((pair) => {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    return [percentDecode(name, true), percentDecode(equals < 0 ? '' : pair.slice(equals + 1), true)] as const;
  });
}

/** `/bucket/key`, or `/key` on the host `bucket.localhost`. */
function parseResource(
  rawPath: string,
  host: string,
): { readonly bucket: string | undefined; readonly key: string | undefined } {
  const named = /^(.+)\.localhost(?::\d+)?$/.exec(host);
  if (named) return { bucket: named[1], key: parseKey(rawPath.slice(1)) };
  const slash = rawPath.indexOf('/', 1);
  const bucket = decodeUtf8(percentDecode(slash < 0 ? rawPath.slice(1) : rawPath.slice(1, slash), false));
  if (rawPath === '/') return { bucket: undefined, key: undefined };
  if (bucket === '') throw new S3Error('InvalidBucketName', 'The specified bucket is not valid: it has no name.');
  return { bucket, key: slash < 0 ? undefined : parseKey(rawPath.slice(slash + 1)) };
}

function parseKey(raw: string): string | undefined {
  if (raw === '') return undefined;
  const bytes = percentDecode(raw, false);
  if (bytes.length > 1024)
    throw new S3Error('KeyTooLongError', 'Your key is too long.', { Size: `${bytes.length}`, MaxSizeAllowed: '1024' });
  return decodeUtf8(bytes);
}
