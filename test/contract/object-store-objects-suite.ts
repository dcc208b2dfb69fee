// contract, object store: objects as they are put and read: whole, summed, under conditions, in part.
import { Readable } from 'node:stream';
import {
  type ChecksumAlgorithm,
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { md5, type ObjectStoreUnderTest } from './object-store-under-test.ts';

export function describeObjects(store: ObjectStoreUnderTest): void {
  const { at, client, prefix, put, read, refusal } = store;

  describe('objects', () => {
    it('come back as they were put, with their type and metadata', async () => {
      const body = Buffer.from('what was put');
      await store.s3.send(
        new PutObjectCommand({
          ...at('round-trip'),
          Body: body,
          ContentType: 'application/vnd.tcpdump.pcap',
          CacheControl: 'no-store',
          ContentDisposition: 'attachment; filename="a.pcap"',
          ContentEncoding: 'gzip',
          ContentLanguage: 'de',
          Metadata: { sensor: 'north 7', empty: '' },
        }),
      );
      const got = await store.s3.send(new GetObjectCommand(at('round-trip')));
      expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(body);
      expect(got).toMatchObject({
        ContentLength: body.length,
        ContentType: 'application/vnd.tcpdump.pcap',
        CacheControl: 'no-store',
        ContentDisposition: 'attachment; filename="a.pcap"',
        ContentEncoding: 'gzip',
        ContentLanguage: 'de',
        ETag: `"${md5(body).toString('hex')}"`,
        AcceptRanges: 'bytes',
      });
      expect(got.Metadata?.['sensor']).toBe('north 7');
      const head = await store.s3.send(new HeadObjectCommand(at('round-trip')));
      expect(head).toMatchObject({ ContentLength: body.length, ETag: got.ETag, LastModified: got.LastModified });
    });

    it('may be empty', async () => {
      expect(await put('empty', Buffer.alloc(0))).toBe('"d41d8cd98f00b204e9800998ecf8427e"');
      expect(await read('empty')).toHaveLength(0);
      expect(await refusal(read('empty', { Range: 'bytes=0-' }))).toBe('InvalidRange 416');
    });

    it('are replaced by a second put under the same key', async () => {
      await put('replaced', 'first');
      await put('replaced', 'second');
      expect((await read('replaced')).toString()).toBe('second');
    });

    it('keep their names, whatever characters these have', async () => {
      const keys = ['a b+c', 'ünï/日本/😀', "q!'()*~&=;:@,$#?%41", 'trailing.', 'back\\slash', 'q"uo<te>'];
      for (const key of keys) await put(`names/${key}`, key);
      for (const key of keys) expect((await read(`names/${key}`)).toString()).toBe(key);
      const { Contents } = await store.s3.send(
        new ListObjectsV2Command({ Bucket: store.target.bucket, Prefix: `${prefix}names/` }),
      );
      const found = (Contents ?? []).map((object) => object.Key?.slice(`${prefix}names/`.length));
      expect(found.sort()).toEqual([...keys].sort());
    });

    it('are gone after a delete, which may be repeated', async () => {
      await put('gone', 'x');
      await store.s3.send(new DeleteObjectCommand(at('gone')));
      expect(await refusal(read('gone'))).toBe('NoSuchKey 404');
      expect(await refusal(store.s3.send(new HeadObjectCommand(at('gone'))))).toBe('NotFound 404');
      expect(await refusal(store.s3.send(new DeleteObjectCommand(at('gone'))))).toBe('accepted');
    });

    it('can be deleted many at a time', async () => {
      const keys = ['many/a&b', 'many/<c>', 'many/d'];
      for (const key of keys) await put(key, key);
      const Objects = [...keys, 'many/never there'].map((key) => ({ Key: prefix + key }));
      const { Deleted, Errors } = await store.s3.send(
        new DeleteObjectsCommand({ Bucket: store.target.bucket, Delete: { Objects } }),
      );
      expect(Deleted?.map((entry) => entry.Key).sort()).toEqual(Objects.map((entry) => entry.Key).sort());
      expect(Errors ?? []).toEqual([]);
      for (const key of keys) expect(await refusal(read(key))).toBe('NoSuchKey 404');
    });

    it('can be copied, with their metadata or with new', async () => {
      await store.s3.send(new PutObjectCommand({ ...at('source ü'), Body: 'copied', Metadata: { a: '1' } }));
      const CopySource = encodeURI(`${store.target.bucket}/${prefix}source ü`);
      await store.s3.send(new CopyObjectCommand({ ...at('copy'), CopySource }));
      await store.s3.send(
        new CopyObjectCommand({ ...at('copy-2'), CopySource, MetadataDirective: 'REPLACE', Metadata: { a: '2' } }),
      );
      await store.s3.send(new DeleteObjectCommand(at('source ü')));
      expect((await read('copy')).toString()).toBe('copied');
      expect((await read('copy-2')).toString()).toBe('copied');
      expect((await store.s3.send(new HeadObjectCommand(at('copy')))).Metadata).toEqual({ a: '1' });
      expect((await store.s3.send(new HeadObjectCommand(at('copy-2')))).Metadata).toEqual({ a: '2' });
      expect(await refusal(store.s3.send(new CopyObjectCommand({ ...at('copy-3'), CopySource })))).toBe(
        'NoSuchKey 404',
      );
    });
  });

  describe('checksums', () => {
    it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] satisfies ChecksumAlgorithm[])(
      '%s is taken, kept and given back',
      async (algorithm) => {
        const key = `sum-${algorithm}`;
        await store.s3.send(new PutObjectCommand({ ...at(key), Body: 'summed', ChecksumAlgorithm: algorithm }));
        const head = await store.s3.send(new HeadObjectCommand({ ...at(key), ChecksumMode: 'ENABLED' }));
        expect(head[`Checksum${algorithm}`]).toMatch(/^[A-Za-z0-9+/]+=*$/);
        expect((await read(key)).toString()).toBe('summed');
      },
    );

    it('in a trailer cover a body that is streamed', async () => {
      const body = Buffer.alloc(300_000, 'stream');
      const pieces = [body.subarray(0, 100_001), body.subarray(100_001)];
      await store.s3.send(
        new PutObjectCommand({ ...at('streamed'), Body: Readable.from(pieces), ContentLength: body.length }),
      );
      expect((await read('streamed')).equals(body)).toBe(true);
    });

    it('that do not fit the data store nothing', async () => {
      const wrong = client({ whenRequired: true });
      const request = wrong.send(new PutObjectCommand({ ...at('wrong-sum'), Body: 'data', ChecksumCRC32: 'AAAAAA==' }));
      expect(await refusal(request)).toMatch(/ 400$/);
      expect(await refusal(read('wrong-sum'))).toBe('NoSuchKey 404');
      const md5 = wrong.send(
        new PutObjectCommand({ ...at('wrong-sum'), Body: 'data', ContentMD5: '1B2M2Y8AsgTpgAmY7PhCfg==' }),
      );
      expect(await refusal(md5)).toBe('BadDigest 400');
      expect(await refusal(read('wrong-sum'))).toBe('NoSuchKey 404');
      wrong.destroy();
    });
  });

  describe('conditions', () => {
    it('If-None-Match: * creates once only, also when many try at the same time', async () => {
      const tries = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          refusal(store.s3.send(new PutObjectCommand({ ...at('once'), Body: `${index}`, IfNoneMatch: '*' }))),
        ),
      );
      expect(tries.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
      expect(new Set(tries)).toEqual(new Set(['accepted', 'PreconditionFailed 412']));
    });

    it('If-Match on a put replaces only what was meant', async () => {
      const etag = await put('meant', 'one');
      const replace = (IfMatch: string) =>
        refusal(store.s3.send(new PutObjectCommand({ ...at('meant'), Body: 'two', IfMatch })));
      expect(await replace('"00000000000000000000000000000000"')).toBe('PreconditionFailed 412');
      expect(await replace(etag)).toBe('accepted');
      expect(await replace(etag)).toBe('PreconditionFailed 412');
      const absent = store.s3.send(new PutObjectCommand({ ...at('absent'), Body: 'x', IfMatch: etag }));
      expect(await refusal(absent)).toBe('NoSuchKey 404');
    });

    it('of a read are judged: by tag and by time', async () => {
      const etag = await put('judged', 'x');
      const get = (condition: object) =>
        refusal(store.s3.send(new GetObjectCommand({ ...at('judged'), ...condition })));
      const hour = 3_600_000;
      expect(await get({ IfMatch: etag })).toBe('accepted');
      expect(await get({ IfMatch: '"other"' })).toBe('PreconditionFailed 412');
      expect(await get({ IfNoneMatch: '"other"' })).toBe('accepted');
      expect(await get({ IfNoneMatch: etag })).toMatch(/304$/);
      expect(await get({ IfModifiedSince: new Date(Date.now() - hour) })).toBe('accepted');
      expect(await get({ IfModifiedSince: new Date(Date.now() + 1000) })).toMatch(/accepted|304$/);
      expect(await get({ IfUnmodifiedSince: new Date(Date.now() - hour) })).toBe('PreconditionFailed 412');
    });
  });

  describe('ranges', () => {
    it('give the bytes asked for', async () => {
      await put('ranged', '0123456789');
      const cut = async (Range: string) => (await read('ranged', { Range })).toString();
      expect(await cut('bytes=2-4')).toBe('234');
      expect(await cut('bytes=7-')).toBe('789');
      expect(await cut('bytes=-3')).toBe('789');
      expect(await cut('bytes=0-0')).toBe('0');
      expect(await cut('bytes=5-100')).toBe('56789');
      expect(await cut('bytes=-100')).toBe('0123456789');
      const { ContentRange, ContentLength } = await store.s3.send(
        new GetObjectCommand({ ...at('ranged'), Range: 'bytes=2-4' }),
      );
      expect([ContentRange, ContentLength]).toEqual(['bytes 2-4/10', 3]);
      expect(await refusal(read('ranged', { Range: 'bytes=10-' }))).toBe('InvalidRange 416');
      expect(await refusal(read('ranged', { Range: 'bytes=-0' }))).toBe('InvalidRange 416');
    });
  });
}
