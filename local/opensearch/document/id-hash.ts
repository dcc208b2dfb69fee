// local/opensearch/document: 64 bits of a document's id: what a lookup scans instead of the ids.
import { hash } from 'node:crypto';

export function hashOf(id: string): bigint {
  return hash('sha1', id, 'buffer').readBigUInt64LE(0);
}
