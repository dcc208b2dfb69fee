// support: a bucket in memory, for tests of what reads and writes objects.

import { createHash } from 'node:crypto';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

export interface MemoryObjectStore extends ObjectStore {
  readonly objects: Map<string, Uint8Array>;
  /** Set: every call fails as a bucket does that cannot be reached. */
  outage: boolean;
}

export function createMemoryObjectStore(bucket = 'test-bucket'): MemoryObjectStore {
  const objects = new Map<string, Uint8Array>();
  const etagOf = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

  function find(key: string, ifMatch: string | undefined): Uint8Array {
    if (store.outage) throw new PipelineError('service-unavailable', 'the bucket is away', { permanent: false });
    const bytes = objects.get(key);
    if (bytes === undefined) throw new PipelineError('object-deleted', `${key}: no such key`, { permanent: false });
    if (ifMatch !== undefined && ifMatch !== etagOf(bytes)) {
      throw new PipelineError('object-replaced', `${key}: another etag`, { permanent: false });
    }
    return bytes;
  }

  const store: MemoryObjectStore = {
    bucket,
    objects,
    outage: false,
    async head(key, { ifMatch } = {}) {
      const bytes = find(key, ifMatch);
      return { size: bytes.length, etag: etagOf(bytes), lastModified: new Date(0) };
    },
    async getRange(key, { offset, length }, { ifMatch } = {}) {
      return find(key, ifMatch).subarray(offset, offset + length);
    },
    async get(key, { maxBytes, ifMatch }) {
      const bytes = find(key, ifMatch);
      if (bytes.length > maxBytes) throw new PipelineError('limit-exceeded', `${key}: too large`, { permanent: true });
      return bytes;
    },
    async *read(key, { etag, offset = 0 }) {
      yield find(key, etag).subarray(offset);
    },
    async put(key, body, { ifNoneMatch } = {}) {
      if (ifNoneMatch !== undefined && objects.has(key)) {
        throw new PipelineError('conflict', `${key}: exists`, { permanent: false });
      }
      const bytes = typeof body === 'string' ? Buffer.from(body) : body;
      objects.set(key, bytes);
      return { etag: etagOf(bytes) };
    },
    async delete(keys) {
      for (const key of keys) objects.delete(key);
    },
    async *list(prefix) {
      for (const [key, bytes] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
        if (key.startsWith(prefix)) yield { key, size: bytes.length, etag: etagOf(bytes) };
      }
    },
    async presignPut(key, { expiresSeconds, contentLength }) {
      const length = contentLength === undefined ? '' : `&length=${contentLength}`;
      return `http://127.0.0.1:9/${bucket}/${key}?expires=${expiresSeconds}${length}`;
    },
  };
  return store;
}
