// s3 operations, ListObjects and ListObjectsV2: the objects of a bucket, page by page, in the order of their keys' bytes.
import { S3Error } from '../errors.ts';
import { OWNER_ID } from '../events.ts';
import { commonPrefixElements, listPage, nameEncoder, type Page, parseLimit } from '../listing.ts';
import { quoted } from '../object-headers.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import type { S3Request } from '../request.ts';
import { existingBucket, type Store } from '../store.ts';
import type { StoredObject } from '../tables/objects.ts';
import { document, element } from '../xml.ts';

const MAX_KEYS = 1000;

interface Listing {
  readonly bucket: string;
  readonly page: Page<StoredObject>;
  readonly limit: number;
  readonly encode: (name: string) => string;
}

export const listObjects: Operation = {
  name: 'ListObjects',
  method: 'GET',
  on: 'bucket',
  selectors: [],
  parameters: ['delimiter', 'encoding-type', 'marker', 'max-keys', 'prefix'],
  run({ request }: Exchange, store: Store): Reply {
    const marker = request.parameters.get('marker') ?? '';
    const listing = list(request, store, marker || undefined);
    const { page, encode } = listing;
    return answer(request, listing, true, [
      element('Marker', encode(marker)),
      element('NextMarker', page.next === undefined ? undefined : encode(page.next)),
    ]);
  },
};

export const listObjectsV2: Operation = {
  name: 'ListObjectsV2',
  method: 'GET',
  on: 'bucket',
  selectors: ['list-type'],
  parameters: ['continuation-token', 'delimiter', 'encoding-type', 'fetch-owner', 'max-keys', 'prefix', 'start-after'],
  run({ request }: Exchange, store: Store): Reply {
    const { parameters } = request;
    const listType = parameters.get('list-type');
    if (listType !== '2') throw new S3Error('InvalidArgument', `list-type must be 2; "${listType}" was given.`);
    const token = parameters.get('continuation-token');
    const startAfter = parameters.get('start-after') ?? '';
    const listing = list(request, store, token === undefined ? startAfter || undefined : fromToken(token));
    const { page, encode } = listing;
    return answer(request, listing, parameters.get('fetch-owner') === 'true', [
      element('KeyCount', page.rows.length + page.commonPrefixes.length),
      element('ContinuationToken', token),
      element('NextContinuationToken', page.next === undefined ? undefined : toToken(page.next)),
      element('StartAfter', startAfter === '' ? undefined : encode(startAfter)),
    ]);
  },
};

function list(request: S3Request, store: Store, after: string | undefined): Listing {
  const bucket = existingBucket(store, request);
  const limit = parseLimit(request, 'max-keys', MAX_KEYS, MAX_KEYS);
  const page = listPage(
    {
      prefix: request.parameters.get('prefix') ?? '',
      delimiter: request.parameters.get('delimiter') ?? '',
      after,
      limit,
    },
    (start) => store.catalogue.objects.scan(bucket, start),
  );
  return { bucket, page, limit, encode: nameEncoder(request) };
}

function answer(request: S3Request, listing: Listing, withOwner: boolean, paging: readonly string[]): Reply {
  const { bucket, page, limit, encode } = listing;
  const delimiter = request.parameters.get('delimiter') ?? '';
  const owner = withOwner ? element('Owner', [element('ID', OWNER_ID), element('DisplayName', OWNER_ID)]) : '';
  const contents = page.rows.map((object) =>
    element('Contents', [
      element('Key', encode(object.key)),
      element('LastModified', new Date(object.modifiedMs).toISOString()),
      element('ETag', quoted(object.etag)),
      element('ChecksumAlgorithm', object.checksum?.algorithm),
      element('ChecksumType', object.checksum?.type),
      element('Size', object.size),
      element('StorageClass', 'STANDARD'),
      owner,
    ]),
  );
  return {
    status: 200,
    body: document('ListBucketResult', [
      element('Name', bucket),
      element('Prefix', encode(request.parameters.get('prefix') ?? '')),
      element('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
      element('EncodingType', request.parameters.get('encoding-type')),
      element('MaxKeys', limit),
      element('IsTruncated', page.next !== undefined),
      ...paging,
      ...contents,
      ...commonPrefixElements(page.commonPrefixes, encode),
    ]),
  };
}

/** A token is the last name of the page before, in a form that no client takes for a name. */
function toToken(name: string): string {
  return Buffer.from(name, 'utf8').toString('base64url');
}

function fromToken(token: string): string {
  const name = Buffer.from(token, 'base64url').toString('utf8');
  if (name === '' || toToken(name) !== token)
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
      ArgumentName: 'continuation-token',
    });
  return name;
}
