// s3 operations, DeleteObjects: take away up to a thousand objects with one request.
import { receiveText } from '../body.ts';
import { S3Error } from '../errors.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import { discardUnnamed, existingBucket, type Store } from '../store.ts';
import { childrenNamed, childText, document, element, parseXml } from '../xml.ts';

const MAX_KEYS = 1000;
/** A thousand keys of 1,024 bytes, each byte written as an entity. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export const deleteObjects: Operation = {
  name: 'DeleteObjects',
  method: 'POST',
  on: 'bucket',
  selectors: ['delete'],
  parameters: [],
  async run(exchange: Exchange, store: Store): Promise<Reply> {
    const bucket = existingBucket(store, exchange.request);
    const request = parseXml(await receiveText(exchange, { maxBytes: MAX_BODY_BYTES }), 'Delete');
    const entries = childrenNamed(request, 'Object');
    if (entries.length === 0 || entries.length > MAX_KEYS)
      throw new S3Error('MalformedXML', `DeleteObjects takes 1 to ${MAX_KEYS} keys; ${entries.length} were given.`);
    const results: string[] = [];
    const keys: string[] = [];
    for (const entry of entries) {
      const key = childText(entry, 'Key') ?? '';
      const refusal = refuse(key, childText(entry, 'VersionId'));
      if (refusal) results.push(refusal);
      else keys.push(key);
    }
    const freed = store.catalogue.transaction(() => keys.flatMap((key) => store.catalogue.objects.remove(bucket, key)));
    discardUnnamed(store, freed);
    if (childText(request, 'Quiet')?.trim() !== 'true')
      results.unshift(...keys.map((key) => element('Deleted', [element('Key', key)])));
    return { status: 200, body: document('DeleteResult', results) };
  },
};

function refuse(key: string, versionId: string | undefined): string | undefined {
  const length = Buffer.byteLength(key);
  if (length === 0 || length > 1024) return failure(key, 'InvalidArgument', 'A key has 1 to 1024 bytes.');
  if (versionId === undefined || versionId === 'null') return undefined;
  return failure(key, 'NotImplemented', 'VersionId is not implemented by this server.');
}

function failure(key: string, code: string, message: string): string {
  return element('Error', [element('Key', key), element('Code', code), element('Message', message)]);
}
