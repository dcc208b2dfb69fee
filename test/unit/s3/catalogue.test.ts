import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Catalogue, openCatalogue } from '../../../local/s3/catalogue.ts';

let folder: string;
let catalogue: Catalogue;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smart-ids-s3-'));
  catalogue = openCatalogue(join(folder, 'catalogue.sqlite'));
});
afterEach(async () => {
  catalogue.close();
  await rm(folder, { recursive: true, force: true });
});

it('a transaction that fails half-way leaves no row, and the next one works', () => {
  const object = {
    bucket: 'b',
    key: 'k',
    size: 1,
    etag: 'e',
    modifiedMs: 0,
    headers: {},
    checksum: undefined,
    uploadId: undefined,
  };
  const fail = () =>
    catalogue.transaction(() => {
      catalogue.objects.put(object, [{ blob: 'blob', size: 1 }]);
      catalogue.outbox.add('queue', 'event');
      throw new Error('half-way');
    });
  expect(fail).toThrow('half-way');
  expect(catalogue.objects.find('b', 'k')).toBeUndefined();
  expect(catalogue.namesBlob('blob')).toBe(false);
  expect(catalogue.outbox.targets()).toEqual([]);
  catalogue.transaction(() => catalogue.objects.put(object, []));
  expect(catalogue.objects.find('b', 'k')).toMatchObject(object);
});

it('keys of any bytes are kept apart and found again', () => {
  const keys = ['k', 'k\0', 'k\0x', 'K', 'k/', ' k', 'k ', '\uFFFE', '😀'];
  for (const key of keys)
    catalogue.objects.put(
      { bucket: 'b', key, size: 0, etag: '', modifiedMs: 0, headers: {}, checksum: undefined, uploadId: undefined },
      [],
    );
  for (const key of keys) expect(catalogue.objects.find('b', key)?.key).toBe(key);
  const found = [...catalogue.objects.scan('b', { key: Buffer.alloc(0), inclusive: true })].map(({ key }) => key);
  expect(found).toEqual([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
});

it('a temporary one keeps its rows as long as it is open', () => {
  const temporary = openCatalogue(join(folder, 'temporary.sqlite'), true);
  temporary.transaction(() => temporary.buckets.add({ name: 'captures', createdMs: 0 }));
  expect(temporary.buckets.has('captures')).toBe(true);
  temporary.close();
});
