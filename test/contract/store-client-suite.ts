// contract, object store: what the functions ask of a bucket, through the client that they have.
import { describe, expect, it } from 'vitest';
import { deletePrefix } from '../../lib/s3/delete-prefix.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

/** Declares its part of a suite; `open` gives a store, and a prefix of its own for the keys. */
export function describeStoreClient(open: () => { readonly store: ObjectStore; readonly prefix: string }): void {
  describe('through our own client', () => {
    it('is written once only where that is asked for, and says so with `conflict`', async () => {
      const { store, prefix } = open();
      const key = `${prefix}checkpoint`;
      await store.put(key, 'first', { ifNoneMatch: '*' });
      await expect(store.put(key, 'second', { ifNoneMatch: '*' })).rejects.toMatchObject({ code: 'conflict' });
      expect(Buffer.from(await store.get(key, { maxBytes: 100 })).toString()).toBe('first');
      await expect(store.get(key, { maxBytes: 4 })).rejects.toMatchObject({ code: 'limit-exceeded' });
      await expect(store.get(`${key}-gone`, { maxBytes: 4 })).rejects.toMatchObject({ code: 'object-deleted' });
    });

    it('is read on from an offset, to the end and at the end', async () => {
      const { store, prefix } = open();
      const { etag } = await store.put(`${prefix}long`, 'abcdefgh');
      const rest = async (offset: number) => {
        const pieces: Uint8Array[] = [];
        for await (const piece of store.read(`${prefix}long`, { etag, size: 8, offset })) pieces.push(piece);
        return Buffer.concat(pieces).toString();
      };
      expect([await rest(0), await rest(5), await rest(8)]).toEqual(['abcdefgh', 'fgh', '']);
    });

    it('loses all below a prefix, and nothing beside it', async () => {
      const { store, prefix } = open();
      for (const key of ['work/a/1', 'work/a/2', 'work/ab/1']) await store.put(prefix + key, 'x');
      await deletePrefix(store, `${prefix}work/a/`);
      const left: string[] = [];
      for await (const { key } of store.list(`${prefix}work/`)) left.push(key);
      expect(left).toEqual([`${prefix}work/ab/1`]);
    });
  });
}
