// s3 object headers: what is kept of a PUT's headers and given back by every GET.
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import type { StoredObject } from './tables/objects.ts';

const KEPT = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';
const MAX_METADATA_BYTES = 2048;
const META = 'x-amz-meta-';
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

/** The headers to keep; `aws-chunked` names how the body travelled, not what it is, and is left out. */
export function keptHeaders(request: S3Request): Readonly<Record<string, string>> {
  const kept: Record<string, string> = { 'content-type': DEFAULT_CONTENT_TYPE };
  for (const name of KEPT) {
    const value = request.headers.get(name);
    if (value) kept[name] = value;
  }
  const encoding = withoutAwsChunked(kept['content-encoding']);
  if (encoding === '') delete kept['content-encoding'];
  else kept['content-encoding'] = encoding;

  let metadataBytes = 0;
  for (const [name, value] of [...metadataParameters(request), ...request.headers]) {
    if (!name.startsWith(META)) continue;
    kept[name] = value;
    metadataBytes += name.length - META.length + value.length;
  }
  if (metadataBytes > MAX_METADATA_BYTES)
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: `${metadataBytes}`,
      MaxSizeAllowed: `${MAX_METADATA_BYTES}`,
    });
  return kept;
}

/** Metadata of a presigned URL: unlike a header, a parameter may have a name or a value that no header can carry. */
function metadataParameters(request: S3Request): readonly (readonly [string, string])[] {
  return [...request.parameters]
    .filter(([name]) => name.startsWith(META))
    .map(([name, value]) => {
      if (!HEADER_NAME.test(name)) throw new S3Error('InvalidArgument', `"${name}" is no name that a header can have.`);
      return [name, headerValue(name, value)] as const;
    });
}

/** What every answer about an object says of it. */
export function describe(object: StoredObject): Record<string, string> {
  return {
    ...object.headers,
    'last-modified': new Date(object.modifiedMs).toUTCString(),
    etag: quoted(object.etag),
    'accept-ranges': 'bytes',
  };
}

/** The `response-*` parameters of a GET, by the header each sets; a value is put on the wire as UTF-8. */
export function overrides(request: S3Request): Readonly<Record<string, string>> {
  const set: Record<string, string> = {};
  for (const name of KEPT) {
    const value = request.parameters.get(`response-${name}`);
    if (value !== undefined) set[name] = headerValue(`response-${name}`, value);
  }
  return set;
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

function headerValue(name: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters would end the header
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value))
    throw new S3Error('InvalidArgument', `${name} holds a control character.`, { ArgumentName: name });
  return Buffer.from(value, 'utf8').toString('latin1');
}

function withoutAwsChunked(encoding: string | undefined): string {
  return (encoding ?? '')
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '' && token.toLowerCase() !== 'aws-chunked')
    .join(',');
}
