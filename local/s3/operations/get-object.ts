// s3 operations, GetObject and HeadObject: an object, a range of it or one of its parts; or only what is known of it.
import { checksumHeader } from '../checksum.ts';
import { isReadWanted, matches } from '../conditions.ts';
import { openContent } from '../content.ts';
import { S3Error } from '../errors.ts';
import { describe, overrides, quoted } from '../object-headers.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import { type ByteRange, contentRange, parseRange } from '../range.ts';
import { type S3Request, setting } from '../request.ts';
import { requireObject, type Store } from '../store.ts';
import type { Segment, StoredObject } from '../tables/objects.ts';

const PARAMETERS = [
  'partNumber',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
];

export const getObject: Operation = {
  name: 'GetObject',
  method: 'GET',
  on: 'object',
  selectors: [],
  parameters: PARAMETERS,
  run,
};

export const headObject: Operation = { ...getObject, name: 'HeadObject', method: 'HEAD' };

async function run({ request }: Exchange, store: Store): Promise<Reply> {
  const object = requireObject(store, request);
  if (!isReadWanted(request.headers, object)) {
    const { etag = quoted(object.etag), 'last-modified': lastModified = '' } = describe(object);
    return { status: 304, headers: { etag, 'last-modified': lastModified } };
  }
  const segments = store.catalogue.objects.segments(object.id);
  const { range, partsCount } = chooseRange(request, object, segments);
  const { start, length } = range ?? { start: 0, length: object.size };
  const headers = {
    ...describe(object),
    ...(range ? { 'content-range': contentRange(range, object.size) } : checksumHeaders(request, object)),
    ...(partsCount === undefined ? {} : { 'x-amz-mp-parts-count': `${partsCount}` }),
    'content-length': `${length}`,
    ...overrides(request),
  };
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return { status, headers };
  return { status, headers, body: await openContent(store.blobs, segments, start, length) };
}

/** What of the object is asked for: `partNumber` and Range exclude each other, and a stale If-Range asks for the whole. */
function chooseRange(
  request: S3Request,
  object: StoredObject,
  segments: readonly Segment[],
): { readonly range: ByteRange | undefined; readonly partsCount: number | undefined } {
  const partNumber = request.parameters.get('partNumber');
  const header = request.headers.get('range');
  if (partNumber === undefined) {
    const ifRange = request.headers.get('if-range');
    const isStale = ifRange !== undefined && !matches(ifRange, object.etag);
    return { range: isStale ? undefined : parseRange(header, object.size), partsCount: undefined };
  }
  if (header !== undefined)
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  if (!/^\d{1,5}$/.test(partNumber) || Number(partNumber) === 0)
    throw new S3Error('InvalidArgument', `partNumber must be a whole number from 1; "${partNumber}" was given.`);
  const index = Number(partNumber) - 1;
  const part = segments[index];
  if (!part)
    throw new S3Error('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      ActualPartCount: `${segments.length}`,
      PartNumberRequested: partNumber,
    });
  const start = segments.slice(0, index).reduce((sum, segment) => sum + segment.size, 0);
  const range = part.size === 0 ? undefined : { start, length: part.size };
  return { range, partsCount: object.uploadId === undefined ? undefined : segments.length };
}

function checksumHeaders(request: S3Request, object: StoredObject): Record<string, string> {
  if (setting(request, 'x-amz-checksum-mode')?.toUpperCase() !== 'ENABLED' || !object.checksum) return {};
  const { algorithm, type, value } = object.checksum;
  return { [checksumHeader(algorithm)]: value, 'x-amz-checksum-type': type };
}
