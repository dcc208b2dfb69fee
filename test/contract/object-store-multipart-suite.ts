// contract, object store: uploads in parts.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { MIB, md5, type ObjectStoreUnderTest } from './object-store-under-test.ts';

export function describeMultipart(store: ObjectStoreUnderTest): void {
  const { at, prefix, read, refusal } = store;

  describe('multipart uploads', () => {
    const first = Buffer.alloc(5 * MIB, 'first');
    const second = Buffer.from('second');

    async function open(key: string): Promise<string> {
      const { UploadId = '' } = await store.s3.send(
        new CreateMultipartUploadCommand({ ...at(key), ContentType: 'a/b', Metadata: { m: '1' } }),
      );
      return UploadId;
    }

    async function part(key: string, UploadId: string, PartNumber: number, Body: Buffer) {
      const { ETag, ChecksumCRC32 } = await store.s3.send(
        new UploadPartCommand({ ...at(key), UploadId, PartNumber, Body }),
      );
      return { PartNumber, ETag, ChecksumCRC32 };
    }

    function complete(key: string, UploadId: string, Parts: { PartNumber: number; ETag: string | undefined }[]) {
      return store.s3.send(new CompleteMultipartUploadCommand({ ...at(key), UploadId, MultipartUpload: { Parts } }));
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
      const head = await store.s3.send(new HeadObjectCommand(at('parts')));
      expect(head).toMatchObject({ ContentType: 'a/b', Metadata: { m: '1' }, ContentLength: 5 * MIB + 6 });
      const { Body, PartsCount } = await store.s3.send(new GetObjectCommand({ ...at('parts'), PartNumber: 2 }));
      expect([await Body?.transformToString(), PartsCount]).toEqual(['second', 2]);
      const beyond = store.s3.send(new GetObjectCommand({ ...at('parts'), PartNumber: 3 }));
      expect(await refusal(beyond)).toBe('InvalidPartNumber 416');
      expect(await refusal(part('parts', id, 3, second))).toBe('NoSuchUpload 404');
    });

    it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('can have the %s of the whole', async (ChecksumAlgorithm) => {
      const key = `whole-${ChecksumAlgorithm}`;
      const whole = { ChecksumAlgorithm, ChecksumType: 'FULL_OBJECT' as const };
      const { UploadId } = await store.s3.send(new CreateMultipartUploadCommand({ ...at(key), ...whole }));
      const Parts = [];
      for (const [index, Body] of [first, second].entries()) {
        const upload = { ...at(key), UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm };
        Parts.push({ ...(await store.s3.send(new UploadPartCommand(upload))), PartNumber: index + 1 });
      }
      const joined = { ...at(key), UploadId, ChecksumType: whole.ChecksumType, MultipartUpload: { Parts } };
      const name = `Checksum${ChecksumAlgorithm}` as const;
      const wrong = { ...joined, [name]: ChecksumAlgorithm === 'CRC64NVME' ? 'AAAAAAAAAAA=' : 'AAAAAA==' };
      expect(await refusal(store.s3.send(new CompleteMultipartUploadCommand(wrong)))).toMatch(/ 400$/);
      await store.s3.send(
        new PutObjectCommand({ ...at('at once'), Body: Buffer.concat([first, second]), ChecksumAlgorithm }),
      );
      const expected = (await store.s3.send(new HeadObjectCommand({ ...at('at once'), ChecksumMode: 'ENABLED' })))[
        name
      ];
      const completed = await store.s3.send(new CompleteMultipartUploadCommand({ ...joined, [name]: expected }));
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
      await store.s3.send(new AbortMultipartUploadCommand({ ...at('refused'), UploadId: id }));
    });

    it('are listed with their parts until they are aborted', async () => {
      const id = await open('listed');
      for (const number of [1, 2, 3]) await part('listed', id, number, second);
      const page = await store.s3.send(new ListPartsCommand({ ...at('listed'), UploadId: id, MaxParts: 2 }));
      expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
      expect(page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
        [1, 6],
        [2, 6],
      ]);
      const rest = await store.s3.send(new ListPartsCommand({ ...at('listed'), UploadId: id, PartNumberMarker: '2' }));
      expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3]);
      const uploads = async () => {
        const { Uploads } = await store.s3.send(
          new ListMultipartUploadsCommand({ Bucket: store.target.bucket, Prefix: `${prefix}listed` }),
        );
        return (Uploads ?? []).map((upload) => upload.UploadId);
      };
      expect(await uploads()).toEqual([id]);
      await store.s3.send(new AbortMultipartUploadCommand({ ...at('listed'), UploadId: id }));
      expect(await uploads()).toEqual([]);
      expect(await refusal(part('listed', id, 1, second))).toBe('NoSuchUpload 404');
    });
  });
}
