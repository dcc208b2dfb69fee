// s3 conditions: the If-* headers of reads, writes and copies, judged as S3 and RFC 9110 section 13 do.
import { S3Error } from './errors.ts';
import { noSuchKey } from './store.ts';
import type { StoredObject } from './tables/objects.ts';

type Headers = ReadonlyMap<string, string>;

/** Judge a GET or HEAD: true if it is to be answered, false if the client's copy is still good; throws 412. */
export function isReadWanted(headers: Headers, object: StoredObject): boolean {
  const ifMatch = headers.get('if-match');
  const unmodifiedSince = headers.get('if-unmodified-since');
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw failed('If-Match');
  } else if (unmodifiedSince !== undefined && isModifiedAfter(object, unmodifiedSince))
    throw failed('If-Unmodified-Since');

  const ifNoneMatch = headers.get('if-none-match');
  const modifiedSince = headers.get('if-modified-since');
  if (ifNoneMatch !== undefined) return !matches(ifNoneMatch, object.etag);
  return modifiedSince === undefined || isModifiedAfter(object, modifiedSince);
}

/** Judge a write against what is there now; throws when it must not replace it. */
export function checkWrite(headers: Headers, key: string, current: StoredObject | undefined): void {
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== undefined && current && matches(ifNoneMatch, current.etag)) throw failed('If-None-Match');
  const ifMatch = headers.get('if-match');
  if (ifMatch === undefined) return;
  if (!current) throw noSuchKey(key);
  if (!matches(ifMatch, current.etag)) throw failed('If-Match');
}

/** Judge the source of a copy; every failed condition is a 412. */
export function checkCopySource(headers: Headers, source: StoredObject): void {
  const renamed = new Map<string, string>();
  for (const name of ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']) {
    const value = headers.get(`x-amz-copy-source-${name}`);
    if (value !== undefined) renamed.set(name, value);
  }
  if (!isReadWanted(renamed, source)) throw failed('x-amz-copy-source-If-None-Match or -If-Modified-Since');
}

/** True if the list of entity tags holds this one, or is a star. */
export function matches(list: string, etag: string): boolean {
  return list.split(',').some((entry) => {
    const tag = entry
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return tag === '*' || tag === etag;
  });
}

/** HTTP dates have whole seconds; one that cannot be read is as if it were not there. */
function isModifiedAfter(object: StoredObject, date: string): boolean {
  const since = Date.parse(date);
  return Number.isNaN(since) || Math.floor(object.modifiedMs / 1000) * 1000 > since;
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
}
