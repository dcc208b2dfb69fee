// contract, object store: listings, and the buckets themselves.
import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStoreUnderTest } from './object-store-under-test.ts';

export function describeListings(store: ObjectStoreUnderTest): void {
  const { prefix, put, refusal } = store;

  describe('listings', () => {
    const names = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/4', 'ß', '😀', '\uFF5E'];
    const byBytes = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const strip = (name: string | undefined) => (name ?? '').slice(`${prefix}list/`.length);
    const base = () => ({ Bucket: store.target.bucket, Prefix: `${prefix}list/` });

    beforeAll(async () => {
      for (const name of names) await put(`list/${name}`, name);
    });

    it('are in the order of the UTF-8 bytes', async () => {
      const { Contents } = await store.s3.send(new ListObjectsV2Command(base()));
      expect(Contents?.map((object) => strip(object.Key))).toEqual(byBytes);
      expect(Contents?.[0]).toMatchObject({ Size: 1, ETag: '"0cc175b9c0f1b6a831c399e269772661"' });
    });

    it('roll up what shares a prefix up to the delimiter', async () => {
      const { Contents, CommonPrefixes, KeyCount } = await store.s3.send(
        new ListObjectsV2Command({ ...base(), Delimiter: '/' }),
      );
      expect(Contents?.map((object) => strip(object.Key))).toEqual(byBytes.filter((name) => !name.includes('/')));
      expect(CommonPrefixes?.map((entry) => strip(entry.Prefix))).toEqual(['b/', 'e/']);
      expect(KeyCount).toBe(7);
    });

    it.each([
      ['', 1],
      ['', 4],
      ['/', 1],
      ['/', 2],
    ] as const)('read in pages (delimiter "%s", %i a page) give everything once', async (delimiter, MaxKeys) => {
      const paged = { ...base(), MaxKeys, ...(delimiter ? { Delimiter: delimiter } : {}) };
      const seen: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await store.s3.send(new ListObjectsV2Command({ ...paged, ContinuationToken }));
        const rows = [...(page.Contents ?? []).map((o) => o.Key), ...(page.CommonPrefixes ?? []).map((p) => p.Prefix)];
        expect(rows.length).toBeLessThanOrEqual(MaxKeys);
        seen.push(...rows.map(strip));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken);
      const older: string[] = [];
      let Marker: string | undefined;
      do {
        const page = await store.s3.send(new ListObjectsCommand({ ...paged, Marker }));
        const rows = [...(page.Contents ?? []).map((o) => o.Key), ...(page.CommonPrefixes ?? []).map((p) => p.Prefix)];
        older.push(...rows.map(strip));
        Marker = page.IsTruncated ? (page.NextMarker ?? rows.at(-1)) : undefined;
      } while (Marker);
      const whole = delimiter ? [...byBytes.filter((name) => !name.includes('/')), 'b/', 'e/'] : byBytes;
      expect(seen.sort()).toEqual([...whole].sort());
      expect(older.sort()).toEqual([...whole].sort());
    });

    it('begin behind a given key, and may be empty', async () => {
      const after = await store.s3.send(new ListObjectsV2Command({ ...base(), StartAfter: `${prefix}list/b/2` }));
      expect(after.Contents?.map((object) => strip(object.Key))).toEqual(byBytes.slice(3));
      const none = await store.s3.send(new ListObjectsV2Command({ ...base(), MaxKeys: 0 }));
      expect([none.KeyCount, none.IsTruncated]).toEqual([0, false]);
    });

    it('write names form-encoded when asked to', async () => {
      await put('enc/a b+c&ü', 'x');
      const Prefix = `${prefix}enc/`;
      const { Contents } = await store.s3.send(
        new ListObjectsV2Command({ Bucket: store.target.bucket, Prefix, EncodingType: 'url' }),
      );
      expect(Contents?.[0]?.Key).toBe(`${prefix}enc/a+b%2Bc%26%C3%BC`);
    });
  });

  describe('buckets', () => {
    it('are made, found, located and removed when empty', async () => {
      const Bucket = `contract-${randomUUID()}`;
      await store.s3.send(new CreateBucketCommand({ Bucket }));
      expect(await refusal(store.s3.send(new CreateBucketCommand({ Bucket })))).toBe('BucketAlreadyOwnedByYou 409');
      const { Buckets } = await store.s3.send(new ListBucketsCommand({}));
      expect(Buckets?.map((bucket) => bucket.Name)).toContain(Bucket);
      expect(await refusal(store.s3.send(new HeadBucketCommand({ Bucket })))).toBe('accepted');
      const { LocationConstraint } = await store.s3.send(new GetBucketLocationCommand({ Bucket }));
      expect(LocationConstraint ?? 'us-east-1').toMatch(
        store.target.region === 'us-east-1' ? /^(us-east-1)?$/ : store.target.region,
      );
      await store.s3.send(new PutObjectCommand({ Bucket, Key: 'x', Body: Buffer.alloc(0) }));
      expect(await refusal(store.s3.send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty 409');
      await store.s3.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
      await store.s3.send(new DeleteBucketCommand({ Bucket }));
      expect(await refusal(store.s3.send(new HeadBucketCommand({ Bucket })))).toBe('NotFound 404');
      expect(await refusal(store.s3.send(new ListObjectsV2Command({ Bucket })))).toBe('NoSuchBucket 404');
      expect(await refusal(store.s3.send(new PutObjectCommand({ Bucket, Key: 'x', Body: Buffer.alloc(0) })))).toBe(
        'NoSuchBucket 404',
      );
    });
  });
}
