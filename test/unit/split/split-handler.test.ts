import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createSplitHandler } from '../../../functions/split/handler.ts';
import { manifestKey } from '../../../lib/chunk/keys.ts';
import { manifestSchema } from '../../../lib/chunk/manifest.ts';
import { chunkMessageSchema } from '../../../lib/chunk/message.ts';
import type { Dump } from '../../../lib/dump/dump.ts';
import { deriveDumpId } from '../../../lib/dump/dump-id.ts';
import { EMPTY_LEDGER } from '../../../lib/dump/ledger.ts';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { encodePcap } from '../../../local/generate/file/pcap.ts';
import { tcpFrame } from '../../../local/generate/frame.ts';
import { createSplitFixture, invocation, objectEvent } from './split-fixture.ts';

const KEY = 'dumps/night shift.pcap';
const DUMP_ID = deriveDumpId('test-bucket', KEY);
const API_ID = '00000000-0000-4000-8000-000000000001';

function capture(packets: number, firstPort = 1000): Buffer {
  const records = Array.from({ length: packets }, (_, k) => ({
    timestampNs: 1_700_000_000_000_000_000n + BigInt(k) * 1000n,
    bytes: tcpFrame({ sourcePort: firstPort + k, flags: ['syn'] }),
  }));
  return Buffer.concat([...encodePcap(records, { linktype: 1 })]);
}

function fixture(change: Partial<ReturnType<typeof createSplitFixture>['deps']> = {}) {
  const made = createSplitFixture();
  const handler = createSplitHandler({ ...made.deps, chunks: { maxRecords: 4 }, ...change });
  const drop = async (key: string, bytes: Uint8Array, receiveCount = 1) => {
    const { etag } = await made.store.put(key, bytes);
    return handler(objectEvent(key, { etag, receiveCount }), invocation());
  };
  const derived = () => [...made.store.objects].filter(([key]) => key.startsWith('derived/')).map(([key]) => key);
  return { ...made, handler, drop, derived };
}

function announced(change: Partial<Dump> = {}): Dump {
  return {
    id: API_ID,
    bucket: 'test-bucket',
    key: `dumps/${API_ID}/a.pcap`,
    name: 'Announced',
    details: 'by the API',
    fileName: 'a.pcap',
    createdAt: '2026-11-23T00:00:00.000Z',
    updatedAt: '2026-11-23T00:00:00.000Z',
    state: 'uploading',
    generation: '000007',
    ledger: EMPTY_LEDGER,
    linktypes: [],
    ...change,
  };
}

describe('split', () => {
  it('keeps the records of a packed dump unpacked beside its chunks, and the manifest says where', async () => {
    const { drop, store } = fixture();
    const bytes = capture(10);
    await drop(KEY, gzipSync(bytes));
    const etag = (await store.head(KEY)).etag;
    const manifests = [0, 1, 2].map((chunk) => {
      const object = store.objects.get(manifestKey(DUMP_ID, etag, chunk));
      return manifestSchema.parse(JSON.parse(Buffer.from(object ?? []).toString('utf8')));
    });
    for (const { chunk, offset, length, rawObject } of manifests) {
      expect(rawObject).toBe(`derived/${DUMP_ID}/${etag}/chunk-00000${chunk}.raw`);
      const raw = store.objects.get(rawObject ?? '');
      expect(Buffer.from(raw ?? [])).toEqual(bytes.subarray(offset, offset + length));
    }
  });

  it('of a decompression bomb is an error of its dump', async () => {
    const { drop, dumps } = fixture({ decompression: { maxDecompressedBytes: 500 } });
    await drop(KEY, gzipSync(capture(10)));
    const dump = dumps.dumps.get(DUMP_ID);
    expect(dump).toMatchObject({ state: 'error', error: { code: 'limit-exceeded' } });
    expect(dump?.error?.message).toContain('allowed: 500 bytes');
  });

  it('makes a dump of an object that an S3 client dropped: chunks, manifests, messages, totals', async () => {
    const { drop, dumps, sent, store, derived } = fixture();
    expect(await drop(KEY, capture(10))).toEqual({ batchItemFailures: [] });
    const dump = dumps.dumps.get(DUMP_ID);
    expect(dump).toMatchObject({
      name: 'night shift.pcap',
      state: 'inferring',
      chunks: 3,
      run: 1,
      generation: '000001',
    });
    expect(dump).toMatchObject({ linktypes: ['ETHERNET'], firstSeen: '2023-11-14T22:13:20.000000000Z' });
    expect(dump?.ledger).toMatchObject({ records: 10, packets: 10, flows: 10, bytes: 24 + 10 * (16 + 54), gaps: [] });
    expect(derived()).toHaveLength(10);
    const messages = sent.map(({ queue, body }) => ({ queue, ...chunkMessageSchema.parse(JSON.parse(body)) }));
    expect(messages.map(({ queue, chunk }) => [queue, chunk])).toEqual([
      ['chunks', 0],
      ['chunks', 1],
      ['chunks', 2],
    ]);
    expect(messages[1]).toMatchObject({ key: KEY, etag: dump?.etag, attempt: dump?.attempt, offset: 24 + 4 * 70 });
    const manifest = store.objects.get(manifestKey(DUMP_ID, dump?.etag ?? '', 2));
    const parsed = manifestSchema.parse(JSON.parse(Buffer.from(manifest ?? []).toString()));
    expect(parsed).toMatchObject({ records: 2, flows: 2, ownFlows: 2, firstRecord: 8 });
    expect([parsed.recordObject, ...parsed.rowObjects].every((key) => store.objects.has(key))).toBe(true);
  });

  it('fills in the dump that the API announced under exactly this key', async () => {
    const { drop, dumps } = fixture();
    await dumps.create(announced());
    await drop(`dumps/${API_ID}/a.pcap`, capture(1));
    expect([...dumps.dumps.values()]).toMatchObject([{ id: API_ID, name: 'Announced', state: 'inferring' }]);
    await drop(`dumps/${API_ID}/other.pcap`, capture(1));
    expect(dumps.dumps.get(deriveDumpId('test-bucket', `dumps/${API_ID}/other.pcap`))).toMatchObject({ chunks: 1 });
  });

  it('writes the same objects and messages when it is run again before the totals were there', async () => {
    const { drop, dumps, sent, store } = fixture();
    await drop(KEY, capture(10));
    const objects = new Map(store.objects);
    const messages = sent.splice(0);
    const { chunks: _, ...unfinished } = dumps.dumps.get(DUMP_ID) ?? announced();
    dumps.dumps.set(DUMP_ID, { ...unfinished, state: 'splitting' });
    await drop(KEY, capture(10));
    expect(store.objects).toEqual(objects);
    expect(sent).toEqual(messages);
  });

  it('does nothing for an event about a version that it has split, but to finish what nobody else will', async () => {
    const { drop, dumps, sent } = fixture();
    await drop(KEY, capture(2));
    sent.splice(0);
    await drop(KEY, capture(2));
    expect(sent).toEqual([]);
    const dump = dumps.dumps.get(DUMP_ID) ?? announced();
    const progress = { dumpId: DUMP_ID, etag: dump.etag ?? '', attempt: dump.attempt ?? '', run: 1, chunk: 0 };
    const counts = { scored: {}, notScored: {}, detections: {}, documents: 0, seconds: 0 };
    await dumps.writeProgress({ ...progress, ...counts, stage: 'indexed' });
    await drop(KEY, capture(2));
    expect(sent.map(({ queue }) => queue)).toEqual(['finished']);
    dumps.dumps.set(DUMP_ID, { ...dump, state: 'ready' });
    await drop(KEY, capture(2));
    expect(sent).toHaveLength(1);
    expect(dumps.dumps.get(DUMP_ID)?.attempt).toBe(dump.attempt);
  });

  it('analyses a new version anew', async () => {
    const { drop, dumps, derived } = fixture();
    await drop(KEY, capture(10));
    const old = dumps.dumps.get(DUMP_ID);
    await drop(KEY, capture(3, 2000));
    const dump = dumps.dumps.get(DUMP_ID);
    expect(dump).toMatchObject({ state: 'inferring', chunks: 1, ledger: { records: 3 } });
    expect(dump?.attempt).not.toBe(old?.attempt);
    const ofNew = derived().filter((key) => key.startsWith(`derived/${DUMP_ID}/${dump?.etag}/`));
    expect(ofNew.some((key) => key.endsWith('/chunk-000000.json'))).toBe(true);
  });

  it('finishes a dump that has no records', async () => {
    const { drop, dumps, sent } = fixture();
    await drop(KEY, capture(0));
    expect(dumps.dumps.get(DUMP_ID)).toMatchObject({
      chunks: 0,
      ledger: { records: 0, warnings: { 'no-records': 1 } },
    });
    expect(sent.map(({ queue }) => queue)).toEqual(['finished']);
  });

  it.each([
    ['no capture', Buffer.from('%PDF-1.7 this is no capture at all'), 'not-a-capture'],
    ['an empty file', Buffer.alloc(0), 'empty-file'],
  ])('puts the reason on the dump for %s, and acknowledges', async (_, bytes, code) => {
    const { drop, dumps, sent } = fixture();
    expect(await drop(KEY, bytes)).toEqual({ batchItemFailures: [] });
    expect(dumps.dumps.get(DUMP_ID)).toMatchObject({ state: 'error', error: { code } });
    expect(sent).toEqual([]);
  });

  it('keeps the records of a file cut in the middle, with a gap', async () => {
    const { drop, dumps } = fixture();
    await drop(KEY, capture(10).subarray(0, -20));
    const dump = dumps.dumps.get(DUMP_ID);
    expect(dump).toMatchObject({
      state: 'inferring',
      ledger: { records: 9, warnings: { 'last-record-cut-short': 1 } },
    });
    expect(dump?.ledger.gaps).toHaveLength(1);
  });

  it('acknowledges an event about an object that is gone, and says so on its dump', async () => {
    const { handler, drop, dumps, store } = fixture();
    await drop(KEY, capture(3));
    store.objects.delete(KEY);
    expect(await handler(objectEvent(KEY), invocation())).toEqual({ batchItemFailures: [] });
    expect(dumps.dumps.get(DUMP_ID)).toMatchObject({ state: 'error', error: { code: 'object-deleted' } });
    expect(await handler(objectEvent('dumps/never.pcap'), invocation())).toEqual({ batchItemFailures: [] });
  });

  it('leaves a superseded event to the newer object, and counts it', async () => {
    const { handler, store, dumps, drop } = fixture();
    await store.put(KEY, capture(3));
    await handler(objectEvent(KEY, { etag: 'of-an-older-version' }), invocation());
    expect(dumps.dumps.size).toBe(0);
    await drop(KEY, capture(3));
    await handler(objectEvent(KEY, { etag: 'of-an-older-version' }), invocation());
    expect(dumps.dumps.get(DUMP_ID)).toMatchObject({ state: 'inferring', ledger: { superseded: 1, records: 3 } });
  });

  it('stops quietly when the object is replaced while it is read', async () => {
    const { store, handler, dumps, sent, deps } = fixture();
    const { etag } = await store.put(KEY, capture(10));
    deps.store.read = async function* () {
      yield capture(10).subarray(0, 200);
      throw new PipelineError('object-replaced', 'another etag', { permanent: false });
    };
    expect(await handler(objectEvent(KEY, { etag }), invocation())).toEqual({ batchItemFailures: [] });
    expect(dumps.dumps.get(DUMP_ID)?.state).toBe('splitting');
    expect(sent).toEqual([]);
  });

  it('returns the message on any other failure, and tells on the last receive', async () => {
    const queue = {
      async send() {
        throw new PipelineError('service-unavailable', 'the queue is away', { permanent: false });
      },
    };
    const { drop, dumps } = fixture({ queue });
    expect((await drop(KEY, capture(3))).batchItemFailures).toEqual([{ itemIdentifier: 'message-1' }]);
    expect(dumps.dumps.get(DUMP_ID)?.state).toBe('splitting');
    expect((await drop(KEY, capture(3), 5)).batchItemFailures).toHaveLength(1);
    expect(dumps.dumps.get(DUMP_ID)).toMatchObject({
      state: 'error',
      error: { code: 'service-unavailable', message: 'the queue is away' },
    });
  });

  it('looks at objects under dumps/ of its own bucket only', async () => {
    const { drop, dumps } = fixture();
    await drop('results/x.ndjson.gz', capture(1));
    await drop('dumps/folder/', Buffer.alloc(0));
    expect(dumps.dumps.size).toBe(0);
  });
});
