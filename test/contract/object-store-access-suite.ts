// contract, object store: who may do what: signatures in headers and in URLs; and the minio client, which signs in its own way.
import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Client as MinioClient } from 'minio';
import { describe, expect, it } from 'vitest';
import { MIB, md5, type ObjectStoreUnderTest } from './object-store-under-test.ts';

export function describeAccess(store: ObjectStoreUnderTest): void {
  const { at, client, prefix, put, read, refusal } = store;

  describe('signatures', () => {
    it('are asked of everyone', async () => {
      await put('private', 'secret');
      const url = `${store.target.endpoint}/${store.target.bucket}/${prefix}private`;
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
        const response = await fetch(url, { method });
        await response.arrayBuffer();
        expect(response.status, method).toBe(403);
      }
      expect((await fetch(`${url}?uploads`, { method: 'POST' })).status).toBe(403);
      expect((await fetch(`${store.target.endpoint}/${store.target.bucket}?list-type=2`)).status).toBe(403);
      expect((await fetch(store.target.endpoint)).status).toBe(403);
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
      const response = await fetch(`${store.target.endpoint}/${store.target.bucket}/${prefix}x`, {
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
      await store.minio.putObject(store.target.bucket, key, Buffer.from('by minio'), undefined, {
        'X-Amz-Meta-Who': 'minio',
      });
      const stat = await store.minio.statObject(store.target.bucket, key);
      expect([stat.size, stat.metaData['who']]).toEqual([8, 'minio']);
      const found: unknown[] = [];
      for await (const object of store.minio.listObjectsV2(store.target.bucket, `${prefix}minio/`, true))
        found.push(object.name);
      expect(found).toEqual([key]);
      const partial: Buffer[] = [];
      for await (const piece of await store.minio.getPartialObject(store.target.bucket, key, 3, 5)) partial.push(piece);
      expect(Buffer.concat(partial).toString()).toBe('minio');
      await store.minio.removeObjects(store.target.bucket, [key]);
      await expect(store.minio.statObject(store.target.bucket, key)).rejects.toThrow();
    });

    it('streams a body of unknown length in parts', async () => {
      const body = Buffer.alloc(6 * MIB, 'unknown');
      const parted = new MinioClient({
        endPoint: new URL(store.target.endpoint).hostname,
        port: Number(new URL(store.target.endpoint).port),
        useSSL: false,
        accessKey: store.target.credentials.accessKeyId,
        secretKey: store.target.credentials.secretAccessKey,
        partSize: 5 * MIB,
      });
      await parted.putObject(
        store.target.bucket,
        `${prefix}minio-stream`,
        Readable.from([body.subarray(0, MIB), body.subarray(MIB)]),
      );
      expect((await read('minio-stream')).equals(body)).toBe(true);
    });

    it('signs URLs that work', async () => {
      const url = await store.minio.presignedPutObject(store.target.bucket, `${prefix}minio-url`, 60);
      expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
      expect(
        (await fetch(await store.minio.presignedGetObject(store.target.bucket, `${prefix}minio-url`, 60))).status,
      ).toBe(200);
    });
  });
}
