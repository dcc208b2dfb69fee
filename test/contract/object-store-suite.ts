// contract, object store: what every object store behind this project must do, asked through the clients that people use.
// One suite for the embedded bucket and for real servers: whoever runs it says how to start one.
import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Client as MinioClient } from 'minio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import { describeStoreClient } from './store-client-suite.ts';

export interface ObjectStoreTarget {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** A bucket that is there and may be written to. */
  readonly bucket: string;
  readonly close: () => Promise<void>;
}

const MIB = 1024 * 1024;

function md5(data: Buffer): Buffer {
  return createHash('md5').update(data).digest();
}

/** Declare the suite for one kind of server. */
export function describeObjectStore(name: string, start: () => Promise<ObjectStoreTarget>): void {
  describe(`${name} as an object store`, () => {
    let target: ObjectStoreTarget;
    let s3: S3Client;
    let minio: MinioClient;
    const prefix = `contract-${randomUUID()}/`;
    const at = (key: string) => ({ Bucket: target.bucket, Key: prefix + key });

    function client(overrides: { readonly secretAccessKey?: string; readonly whenRequired?: boolean } = {}): S3Client {
      const { accessKeyId, secretAccessKey } = target.credentials;
      return new S3Client({
        endpoint: target.endpoint,
        region: target.region,
        forcePathStyle: true,
        maxAttempts: 1,
        credentials: { accessKeyId, secretAccessKey: overrides.secretAccessKey ?? secretAccessKey },
        ...(overrides.whenRequired ? { requestChecksumCalculation: 'WHEN_REQUIRED' as const } : {}),
      });
    }

    async function put(key: string, body: string | Buffer): Promise<string> {
      const { ETag = '' } = await s3.send(new PutObjectCommand({ ...at(key), Body: body }));
      return ETag;
    }

    async function read(
      key: string,
      further: { readonly Range?: string; readonly IfMatch?: string } = {},
    ): Promise<Buffer> {
      const { Body } = await s3.send(new GetObjectCommand({ ...at(key), ...further }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    }

    /** The name and status of the refusal that a request meets. */
    async function refusal(request: Promise<unknown>): Promise<string> {
      try {
        await request;
        return 'accepted';
      } catch (error) {
        const status =
          error instanceof Error && '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }) : {};
        return `${error instanceof Error ? error.name : error} ${status.httpStatusCode ?? ''}`.trim();
      }
    }

    beforeAll(async () => {
      target = await start();
      s3 = client();
      const { hostname, port } = new URL(target.endpoint);
      const { accessKeyId: accessKey, secretAccessKey: secretKey } = target.credentials;
      minio = new MinioClient({ endPoint: hostname, port: Number(port), useSSL: false, accessKey, secretKey });
    });

    afterAll(async () => {
      s3?.destroy();
      await target?.close();
    });

    describe('objects', () => {
      it('come back as they were put, with their type and metadata', async () => {
        const body = Buffer.from('what was put');
        await s3.send(
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
        const got = await s3.send(new GetObjectCommand(at('round-trip')));
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
        const head = await s3.send(new HeadObjectCommand(at('round-trip')));
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
        const { Contents } = await s3.send(
          new ListObjectsV2Command({ Bucket: target.bucket, Prefix: `${prefix}names/` }),
        );
        const found = (Contents ?? []).map((object) => object.Key?.slice(`${prefix}names/`.length));
        expect(found.sort()).toEqual([...keys].sort());
      });

      it('are gone after a delete, which may be repeated', async () => {
        await put('gone', 'x');
        await s3.send(new DeleteObjectCommand(at('gone')));
        expect(await refusal(read('gone'))).toBe('NoSuchKey 404');
        expect(await refusal(s3.send(new HeadObjectCommand(at('gone'))))).toBe('NotFound 404');
        expect(await refusal(s3.send(new DeleteObjectCommand(at('gone'))))).toBe('accepted');
      });

      it('can be deleted many at a time', async () => {
        const keys = ['many/a&b', 'many/<c>', 'many/d'];
        for (const key of keys) await put(key, key);
        const Objects = [...keys, 'many/never there'].map((key) => ({ Key: prefix + key }));
        const { Deleted, Errors } = await s3.send(
          new DeleteObjectsCommand({ Bucket: target.bucket, Delete: { Objects } }),
        );
        expect(Deleted?.map((entry) => entry.Key).sort()).toEqual(Objects.map((entry) => entry.Key).sort());
        expect(Errors ?? []).toEqual([]);
        for (const key of keys) expect(await refusal(read(key))).toBe('NoSuchKey 404');
      });

      it('can be copied, with their metadata or with new', async () => {
        await s3.send(new PutObjectCommand({ ...at('source ü'), Body: 'copied', Metadata: { a: '1' } }));
        const CopySource = encodeURI(`${target.bucket}/${prefix}source ü`);
        await s3.send(new CopyObjectCommand({ ...at('copy'), CopySource }));
        await s3.send(
          new CopyObjectCommand({ ...at('copy-2'), CopySource, MetadataDirective: 'REPLACE', Metadata: { a: '2' } }),
        );
        await s3.send(new DeleteObjectCommand(at('source ü')));
        expect((await read('copy')).toString()).toBe('copied');
        expect((await read('copy-2')).toString()).toBe('copied');
        expect((await s3.send(new HeadObjectCommand(at('copy')))).Metadata).toEqual({ a: '1' });
        expect((await s3.send(new HeadObjectCommand(at('copy-2')))).Metadata).toEqual({ a: '2' });
        expect(await refusal(s3.send(new CopyObjectCommand({ ...at('copy-3'), CopySource })))).toBe('NoSuchKey 404');
      });
    });

    describe('checksums', () => {
      it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] satisfies ChecksumAlgorithm[])(
        '%s is taken, kept and given back',
        async (algorithm) => {
          const key = `sum-${algorithm}`;
          await s3.send(new PutObjectCommand({ ...at(key), Body: 'summed', ChecksumAlgorithm: algorithm }));
          const head = await s3.send(new HeadObjectCommand({ ...at(key), ChecksumMode: 'ENABLED' }));
          expect(head[`Checksum${algorithm}`]).toMatch(/^[A-Za-z0-9+/]+=*$/);
          expect((await read(key)).toString()).toBe('summed');
        },
      );

      it('in a trailer cover a body that is streamed', async () => {
        const body = Buffer.alloc(300_000, 'stream');
        const pieces = [body.subarray(0, 100_001), body.subarray(100_001)];
        await s3.send(
          new PutObjectCommand({ ...at('streamed'), Body: Readable.from(pieces), ContentLength: body.length }),
        );
        expect((await read('streamed')).equals(body)).toBe(true);
      });

      it('that do not fit the data store nothing', async () => {
        const wrong = client({ whenRequired: true });
        const request = wrong.send(
          new PutObjectCommand({ ...at('wrong-sum'), Body: 'data', ChecksumCRC32: 'AAAAAA==' }),
        );
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

    describeStoreClient(() => ({ store: createObjectStore({ ...target, ...target.credentials }), prefix }));

    describe('conditions', () => {
      it('If-None-Match: * creates once only, also when many try at the same time', async () => {
        const tries = await Promise.all(
          Array.from({ length: 6 }, (_, index) =>
            refusal(s3.send(new PutObjectCommand({ ...at('once'), Body: `${index}`, IfNoneMatch: '*' }))),
          ),
        );
        expect(tries.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
        expect(new Set(tries)).toEqual(new Set(['accepted', 'PreconditionFailed 412']));
      });

      it('If-Match on a put replaces only what was meant', async () => {
        const etag = await put('meant', 'one');
        const replace = (IfMatch: string) =>
          refusal(s3.send(new PutObjectCommand({ ...at('meant'), Body: 'two', IfMatch })));
        expect(await replace('"00000000000000000000000000000000"')).toBe('PreconditionFailed 412');
        expect(await replace(etag)).toBe('accepted');
        expect(await replace(etag)).toBe('PreconditionFailed 412');
        const absent = s3.send(new PutObjectCommand({ ...at('absent'), Body: 'x', IfMatch: etag }));
        expect(await refusal(absent)).toBe('NoSuchKey 404');
      });

      it('of a read are judged: by tag and by time', async () => {
        const etag = await put('judged', 'x');
        const get = (condition: object) => refusal(s3.send(new GetObjectCommand({ ...at('judged'), ...condition })));
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
        const { ContentRange, ContentLength } = await s3.send(
          new GetObjectCommand({ ...at('ranged'), Range: 'bytes=2-4' }),
        );
        expect([ContentRange, ContentLength]).toEqual(['bytes 2-4/10', 3]);
        expect(await refusal(read('ranged', { Range: 'bytes=10-' }))).toBe('InvalidRange 416');
        expect(await refusal(read('ranged', { Range: 'bytes=-0' }))).toBe('InvalidRange 416');
      });
    });

    describe('multipart uploads', () => {
      const first = Buffer.alloc(5 * MIB, 'first');
      const second = Buffer.from('second');

      async function open(key: string): Promise<string> {
        const { UploadId = '' } = await s3.send(
          new CreateMultipartUploadCommand({ ...at(key), ContentType: 'a/b', Metadata: { m: '1' } }),
        );
        return UploadId;
      }

      async function part(key: string, UploadId: string, PartNumber: number, Body: Buffer) {
        const { ETag, ChecksumCRC32 } = await s3.send(
          new UploadPartCommand({ ...at(key), UploadId, PartNumber, Body }),
        );
        return { PartNumber, ETag, ChecksumCRC32 };
      }

      function complete(key: string, UploadId: string, Parts: { PartNumber: number; ETag: string | undefined }[]) {
        return s3.send(new CompleteMultipartUploadCommand({ ...at(key), UploadId, MultipartUpload: { Parts } }));
      }

      it('become one object of all parts in order, whatever order they came in', async () => {
        const id = await open('parts');
        const two = await part('parts', id, 2, second);
        await part('parts', id, 1, Buffer.from('sent again below'));
        const one = await part('parts', id, 1, first);
        const { ETag } = await complete('parts', id, [one, two]);
        expect(ETag).toBe(`"${md5(Buffer.concat([md5(first), md5(second)])).toString('hex')}-2"`);
        expect((await read('parts')).equals(Buffer.concat([first, second]))).toBe(true);
        expect((await read('parts', { Range: `bytes=${5 * MIB - 2}-${5 * MIB + 2}` })).toString()).toBe('stsec');
        const head = await s3.send(new HeadObjectCommand(at('parts')));
        expect(head).toMatchObject({ ContentType: 'a/b', Metadata: { m: '1' }, ContentLength: 5 * MIB + 6 });
        const { Body, PartsCount } = await s3.send(new GetObjectCommand({ ...at('parts'), PartNumber: 2 }));
        expect([await Body?.transformToString(), PartsCount]).toEqual(['second', 2]);
        const beyond = s3.send(new GetObjectCommand({ ...at('parts'), PartNumber: 3 }));
        expect(await refusal(beyond)).toBe('InvalidPartNumber 416');
        expect(await refusal(part('parts', id, 3, second))).toBe('NoSuchUpload 404');
      });

      it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('can have the %s of the whole', async (ChecksumAlgorithm) => {
        const key = `whole-${ChecksumAlgorithm}`;
        const whole = { ChecksumAlgorithm, ChecksumType: 'FULL_OBJECT' as const };
        const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...at(key), ...whole }));
        const Parts = [];
        for (const [index, Body] of [first, second].entries()) {
          const upload = { ...at(key), UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm };
          Parts.push({ ...(await s3.send(new UploadPartCommand(upload))), PartNumber: index + 1 });
        }
        const joined = { ...at(key), UploadId, ChecksumType: whole.ChecksumType, MultipartUpload: { Parts } };
        const name = `Checksum${ChecksumAlgorithm}` as const;
        const wrong = { ...joined, [name]: ChecksumAlgorithm === 'CRC64NVME' ? 'AAAAAAAAAAA=' : 'AAAAAA==' };
        expect(await refusal(s3.send(new CompleteMultipartUploadCommand(wrong)))).toMatch(/ 400$/);
        await s3.send(
          new PutObjectCommand({ ...at('at once'), Body: Buffer.concat([first, second]), ChecksumAlgorithm }),
        );
        const expected = (await s3.send(new HeadObjectCommand({ ...at('at once'), ChecksumMode: 'ENABLED' })))[name];
        const completed = await s3.send(new CompleteMultipartUploadCommand({ ...joined, [name]: expected }));
        expect(completed[name]).toBe(expected);
        expect(await read(key)).toHaveLength(first.length + second.length);
      });

      it('take only some of their parts if only those are named', async () => {
        const id = await open('some');
        await part('some', id, 1, second);
        const five = await part('some', id, 5, Buffer.from('five'));
        await complete('some', id, [five]);
        expect((await read('some')).toString()).toBe('five');
      });

      it('refuse parts that are unknown, unordered, changed or too small', async () => {
        const id = await open('refused');
        const one = await part('refused', id, 1, second);
        const two = await part('refused', id, 2, second);
        const never = { PartNumber: 3, ETag: two.ETag };
        const changed = { PartNumber: 2, ETag: '"00000000000000000000000000000000"' };
        expect(await refusal(complete('refused', id, [never]))).toBe('InvalidPart 400');
        expect(await refusal(complete('refused', id, [changed]))).toBe('InvalidPart 400');
        expect(await refusal(complete('refused', id, [two, one]))).toBe('InvalidPartOrder 400');
        expect(await refusal(complete('refused', id, [one, two]))).toBe('EntityTooSmall 400');
        expect(await refusal(complete('refused', `${id}x`, [one]))).toBe('NoSuchUpload 404');
        expect(await refusal(complete('another key', id, [one]))).toBe('NoSuchUpload 404');
        expect(await refusal(read('refused'))).toBe('NoSuchKey 404');
        await s3.send(new AbortMultipartUploadCommand({ ...at('refused'), UploadId: id }));
      });

      it('are listed with their parts until they are aborted', async () => {
        const id = await open('listed');
        for (const number of [1, 2, 3]) await part('listed', id, number, second);
        const page = await s3.send(new ListPartsCommand({ ...at('listed'), UploadId: id, MaxParts: 2 }));
        expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
        expect(page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
          [1, 6],
          [2, 6],
        ]);
        const rest = await s3.send(new ListPartsCommand({ ...at('listed'), UploadId: id, PartNumberMarker: '2' }));
        expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3]);
        const uploads = async () => {
          const { Uploads } = await s3.send(
            new ListMultipartUploadsCommand({ Bucket: target.bucket, Prefix: `${prefix}listed` }),
          );
          return (Uploads ?? []).map((upload) => upload.UploadId);
        };
        expect(await uploads()).toEqual([id]);
        await s3.send(new AbortMultipartUploadCommand({ ...at('listed'), UploadId: id }));
        expect(await uploads()).toEqual([]);
        expect(await refusal(part('listed', id, 1, second))).toBe('NoSuchUpload 404');
      });
    });

    describe('listings', () => {
      const names = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/4', 'ß', '😀', '\uFF5E'];
      const byBytes = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const strip = (name: string | undefined) => (name ?? '').slice(`${prefix}list/`.length);
      const base = () => ({ Bucket: target.bucket, Prefix: `${prefix}list/` });

      beforeAll(async () => {
        for (const name of names) await put(`list/${name}`, name);
      });

      it('are in the order of the UTF-8 bytes', async () => {
        const { Contents } = await s3.send(new ListObjectsV2Command(base()));
        expect(Contents?.map((object) => strip(object.Key))).toEqual(byBytes);
        expect(Contents?.[0]).toMatchObject({ Size: 1, ETag: '"0cc175b9c0f1b6a831c399e269772661"' });
      });

      it('roll up what shares a prefix up to the delimiter', async () => {
        const { Contents, CommonPrefixes, KeyCount } = await s3.send(
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
          const page = await s3.send(new ListObjectsV2Command({ ...paged, ContinuationToken }));
          const rows = [
            ...(page.Contents ?? []).map((o) => o.Key),
            ...(page.CommonPrefixes ?? []).map((p) => p.Prefix),
          ];
          expect(rows.length).toBeLessThanOrEqual(MaxKeys);
          seen.push(...rows.map(strip));
          ContinuationToken = page.NextContinuationToken;
        } while (ContinuationToken);
        const older: string[] = [];
        let Marker: string | undefined;
        do {
          const page = await s3.send(new ListObjectsCommand({ ...paged, Marker }));
          const rows = [
            ...(page.Contents ?? []).map((o) => o.Key),
            ...(page.CommonPrefixes ?? []).map((p) => p.Prefix),
          ];
          older.push(...rows.map(strip));
          Marker = page.IsTruncated ? (page.NextMarker ?? rows.at(-1)) : undefined;
        } while (Marker);
        const whole = delimiter ? [...byBytes.filter((name) => !name.includes('/')), 'b/', 'e/'] : byBytes;
        expect(seen.sort()).toEqual([...whole].sort());
        expect(older.sort()).toEqual([...whole].sort());
      });

      it('begin behind a given key, and may be empty', async () => {
        const after = await s3.send(new ListObjectsV2Command({ ...base(), StartAfter: `${prefix}list/b/2` }));
        expect(after.Contents?.map((object) => strip(object.Key))).toEqual(byBytes.slice(3));
        const none = await s3.send(new ListObjectsV2Command({ ...base(), MaxKeys: 0 }));
        expect([none.KeyCount, none.IsTruncated]).toEqual([0, false]);
      });

      it('write names form-encoded when asked to', async () => {
        await put('enc/a b+c&ü', 'x');
        const Prefix = `${prefix}enc/`;
        const { Contents } = await s3.send(
          new ListObjectsV2Command({ Bucket: target.bucket, Prefix, EncodingType: 'url' }),
        );
        expect(Contents?.[0]?.Key).toBe(`${prefix}enc/a+b%2Bc%26%C3%BC`);
      });
    });

    describe('buckets', () => {
      it('are made, found, located and removed when empty', async () => {
        const Bucket = `contract-${randomUUID()}`;
        await s3.send(new CreateBucketCommand({ Bucket }));
        expect(await refusal(s3.send(new CreateBucketCommand({ Bucket })))).toBe('BucketAlreadyOwnedByYou 409');
        const { Buckets } = await s3.send(new ListBucketsCommand({}));
        expect(Buckets?.map((bucket) => bucket.Name)).toContain(Bucket);
        expect(await refusal(s3.send(new HeadBucketCommand({ Bucket })))).toBe('accepted');
        const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
        expect(LocationConstraint ?? 'us-east-1').toMatch(
          target.region === 'us-east-1' ? /^(us-east-1)?$/ : target.region,
        );
        await s3.send(new PutObjectCommand({ Bucket, Key: 'x', Body: Buffer.alloc(0) }));
        expect(await refusal(s3.send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty 409');
        await s3.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
        await s3.send(new DeleteBucketCommand({ Bucket }));
        expect(await refusal(s3.send(new HeadBucketCommand({ Bucket })))).toBe('NotFound 404');
        expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket })))).toBe('NoSuchBucket 404');
        expect(await refusal(s3.send(new PutObjectCommand({ Bucket, Key: 'x', Body: Buffer.alloc(0) })))).toBe(
          'NoSuchBucket 404',
        );
      });
    });

    describe('signatures', () => {
      it('are asked of everyone', async () => {
        await put('private', 'secret');
        const url = `${target.endpoint}/${target.bucket}/${prefix}private`;
        for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
          const response = await fetch(url, { method });
          await response.arrayBuffer();
          expect(response.status, method).toBe(403);
        }
        expect((await fetch(`${url}?uploads`, { method: 'POST' })).status).toBe(403);
        expect((await fetch(`${target.endpoint}/${target.bucket}?list-type=2`)).status).toBe(403);
        expect((await fetch(target.endpoint)).status).toBe(403);
        expect((await read('private')).toString()).toBe('secret');
      });

      it('with a wrong secret are refused', async () => {
        const stranger = client({ secretAccessKey: 'not the secret' });
        expect(await refusal(stranger.send(new GetObjectCommand(at('private'))))).toBe('SignatureDoesNotMatch 403');
        stranger.destroy();
      });

      it('in a URL let a page without keys put and get just this object', async () => {
        const signer = client({ whenRequired: true });
        const putUrl = await getSignedUrl(signer, new PutObjectCommand(at('presigned ü')), { expiresIn: 60 });
        const stored = await fetch(putUrl, {
          method: 'PUT',
          body: 'by url',
          headers: { origin: 'http://page.example' },
        });
        expect(stored.status).toBe(200);
        expect(stored.headers.get('access-control-allow-origin')).toBeTruthy();
        expect(stored.headers.get('etag')).toBe(`"${md5(Buffer.from('by url')).toString('hex')}"`);
        const getUrl = await getSignedUrl(
          signer,
          new GetObjectCommand({
            ...at('presigned ü'),
            ResponseContentDisposition: 'attachment; filename="x.pcap"',
            ResponseContentType: 'text/x',
          }),
          { expiresIn: 60 },
        );
        const got = await fetch(getUrl, { headers: { range: 'bytes=3-' } });
        expect([got.status, await got.text()]).toEqual([206, 'url']);
        expect(got.headers.get('content-disposition')).toBe('attachment; filename="x.pcap"');
        expect(got.headers.get('content-type')).toBe('text/x');
        for (const tampered of [
          getUrl.replace('presigned', 'private'),
          getUrl.replace('x.pcap', 'y.pcap'),
          getUrl.replace(/Signature=./, 'Signature=g'),
          getUrl.replace('Expires=60', 'Expires=600'),
          `${getUrl}&response-expires=x`,
        ]) {
          expect(tampered).not.toBe(getUrl);
          expect((await fetch(tampered)).status).toBe(403);
        }
        expect((await fetch(getUrl, { method: 'DELETE' })).status).toBe(403);
        signer.destroy();
      });

      it('in a URL answer a browser that asks first', async () => {
        const response = await fetch(`${target.endpoint}/${target.bucket}/${prefix}x`, {
          method: 'OPTIONS',
          headers: {
            origin: 'http://page.example',
            'access-control-request-method': 'PUT',
            'access-control-request-headers': 'content-type',
          },
        });
        expect(response.ok).toBe(true);
        expect(response.headers.get('access-control-allow-methods')).toContain('PUT');
        expect(response.headers.get('access-control-allow-headers')).toMatch(/content-type|\*/i);
      });
    });

    describe('the minio client', () => {
      it('puts, stats, lists, reads in part and removes', async () => {
        const key = `${prefix}minio/a b+ü.pcap`;
        await minio.putObject(target.bucket, key, Buffer.from('by minio'), undefined, { 'X-Amz-Meta-Who': 'minio' });
        const stat = await minio.statObject(target.bucket, key);
        expect([stat.size, stat.metaData['who']]).toEqual([8, 'minio']);
        const found: unknown[] = [];
        for await (const object of minio.listObjectsV2(target.bucket, `${prefix}minio/`, true)) found.push(object.name);
        expect(found).toEqual([key]);
        const partial: Buffer[] = [];
        for await (const piece of await minio.getPartialObject(target.bucket, key, 3, 5)) partial.push(piece);
        expect(Buffer.concat(partial).toString()).toBe('minio');
        await minio.removeObjects(target.bucket, [key]);
        await expect(minio.statObject(target.bucket, key)).rejects.toThrow();
      });

      it('streams a body of unknown length in parts', async () => {
        const body = Buffer.alloc(6 * MIB, 'unknown');
        const parted = new MinioClient({
          endPoint: new URL(target.endpoint).hostname,
          port: Number(new URL(target.endpoint).port),
          useSSL: false,
          accessKey: target.credentials.accessKeyId,
          secretKey: target.credentials.secretAccessKey,
          partSize: 5 * MIB,
        });
        await parted.putObject(
          target.bucket,
          `${prefix}minio-stream`,
          Readable.from([body.subarray(0, MIB), body.subarray(MIB)]),
        );
        expect((await read('minio-stream')).equals(body)).toBe(true);
      });

      it('signs URLs that work', async () => {
        const url = await minio.presignedPutObject(target.bucket, `${prefix}minio-url`, 60);
        expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
        expect((await fetch(await minio.presignedGetObject(target.bucket, `${prefix}minio-url`, 60))).status).toBe(200);
      });
    });
  });
}
