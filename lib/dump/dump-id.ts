// dump: which dump an object belongs to: the id in an API upload's key, or one derived from bucket and key.

import { createHash } from 'node:crypto';

const DUMPS_PREFIX = 'dumps/';
const API_KEY = /^dumps\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/([^/]+)$/;

/** The key of an API upload; it counts as one only if a dump document with exactly this key exists. */
export function apiUploadKey(dumpId: string, fileName: string): string {
  return `${DUMPS_PREFIX}${dumpId}/${fileName}`;
}

/** The id that a key of the API's form names, or undefined. */
export function uploadDumpId(key: string): string | undefined {
  return API_KEY.exec(key)?.[1];
}

/** UUIDv8 (RFC 9562 §5.8) of sha256(bucket, NUL, key): one key is one dump. */
export function deriveDumpId(bucket: string, key: string): string {
  const hash = createHash('sha256').update(bucket).update('\0').update(key).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** The last part of a key, for people. */
export function fileNameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** First eight characters of an etag, as document ids carry it. */
export function shortEtag(etag: string): string {
  return etag.slice(0, 8);
}
