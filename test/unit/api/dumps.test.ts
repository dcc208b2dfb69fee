// api: creating, listing, looking at and deleting dumps.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dump } from '../../../lib/dump/dump.ts';
import { EMPTY_LEDGER } from '../../../lib/dump/ledger.ts';
import type { Progress } from '../../../lib/dump/progress.ts';
import { NOW, startApi, type TestApi } from '../../support/api-server.ts';

const ETAG = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';
const ATTEMPT = '22222222-2222-4222-8222-222222222222';
let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

function dumpId(n: number): string {
  return `11111111-1111-4111-8111-${String(n).padStart(12, '0')}`;
}

function addDump(n: number, more: Partial<Dump> = {}): Dump {
  const id = dumpId(n);
  const createdAt = new Date(NOW.getTime() + n * 1000).toISOString();
  const dump: Dump = {
    id,
    bucket: 'test-bucket',
    key: `dumps/${id}/a.pcap`,
    name: `dump ${n}`,
    details: '',
    fileName: 'a.pcap',
    createdAt,
    updatedAt: createdAt,
    state: 'splitting',
    etag: ETAG,
    attempt: ATTEMPT,
    run: 1,
    generation: '000001',
    ledger: { ...EMPTY_LEDGER, records: 10 },
    linktypes: ['ETHERNET'],
    ...more,
  };
  api.dumps.dumps.set(id, dump);
  api.search.documents.dumps.set(id, { '@timestamp': createdAt, smartids: { dump: { id, state: dump.state } } });
  return dump;
}

async function addProgress(n: number, chunk: number, stage: Progress['stage'], more: Partial<Progress> = {}) {
  await api.dumps.writeProgress({
    dumpId: dumpId(n),
    etag: ETAG,
    attempt: ATTEMPT,
    run: 1,
    chunk,
    stage,
    scored: {},
    notScored: {},
    detections: {},
    documents: 0,
    seconds: 0.5,
    ...more,
  });
}

describe('POST /api/dumps', () => {
  it('gives the dump and a presigned PUT for its key', async () => {
    const reply = await api.post('/api/dumps', { fileName: 'monday.pcap', size: 24, details: 'core switch' });
    expect(reply.status).toBe(201);
    const { dump, upload } = reply.json;
    expect(dump).toMatchObject({ name: 'monday.pcap', fileName: 'monday.pcap', details: 'core switch', sizeBytes: 24 });
    expect(dump.state).toBe('uploading');
    expect(dump.key).toBe(`dumps/${dump.id}/monday.pcap`);
    expect(upload.url).toContain(dump.key);
    expect(upload.url).toContain('length=24');
    expect(upload).toMatchObject({ method: 'PUT', headers: { 'Content-Length': '24' } });
    expect(upload.expiresAt).toBe('2026-11-23T07:00:00.000Z');
    expect(reply.headers.get('location')).toBe(`/api/dumps/${dump.id}`);
    expect(api.dumps.dumps.get(dump.id)?.state).toBe('uploading');
  });

  it('keeps the name as given and puts only a safe form of it into the key', async () => {
    const reply = await api.post('/api/dumps', { fileName: '../../etc/Montag früh\u0000\n<b>.pcap' });
    const { dump } = reply.json;
    expect(dump.key).toBe(`dumps/${dump.id}/b-.pcap`.replace('b-', 'Montag-fruh-b-'));
    expect(dump.name).toBe('../../etc/Montag früh <b>.pcap');
  });

  it('refuses what is larger than the largest upload, with the bound', async () => {
    const reply = await api.post('/api/dumps', { fileName: 'a.pcap', size: 5_000_000_001 });
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({ code: 'limit-exceeded', errors: [{ path: 'body.size' }] });
    expect(reply.json.detail).toContain('5000000000');
    expect(api.dumps.dumps.size).toBe(0);
  });

  it('refuses control characters in the name that people give', async () => {
    expect((await api.post('/api/dumps', { fileName: 'a.pcap', name: 'a\u001b[2J' })).status).toBe(400);
    expect((await api.post('/api/dumps', { fileName: 'a.pcap', details: 'one\u0007' })).status).toBe(400);
    expect((await api.post('/api/dumps', { fileName: 'a.pcap', details: 'one\ntwo' })).status).toBe(201);
  });
});

describe('GET /api/dumps/{id}', () => {
  const cases = [
    { chunks: undefined, inferred: 1, indexed: 0, state: 'splitting' },
    { chunks: 2, inferred: 1, indexed: 0, state: 'inferring' },
    { chunks: 2, inferred: 2, indexed: 1, state: 'indexing' },
    { chunks: 2, inferred: 2, indexed: 2, state: 'alerting' },
    { chunks: 0, inferred: 0, indexed: 0, state: 'alerting' },
  ] as const;
  it.each(cases)('$inferred inferred and $indexed indexed of $chunks chunks are $state', async (one) => {
    addDump(1, one.chunks === undefined ? {} : { chunks: one.chunks });
    for (let chunk = 0; chunk < one.inferred; chunk += 1) await addProgress(1, chunk, 'inferred');
    for (let chunk = 0; chunk < one.indexed; chunk += 1) await addProgress(1, chunk, 'indexed');
    const { json } = await api.get(`/api/dumps/${dumpId(1)}`);
    expect(json.state).toBe(one.state);
    expect(json.progress).toEqual({
      ...(one.chunks !== undefined && { chunks: one.chunks }),
      inferred: one.inferred,
      indexed: one.indexed,
    });
  });

  it('adds what the chunks have said so far to the ledger', async () => {
    addDump(1, { chunks: 2, ledger: { ...EMPTY_LEDGER, records: 10, secondsByStage: { split: 1 } } });
    await addProgress(1, 0, 'inferred', { scored: { flow_net: 3 }, detections: { 'Port Scan': 2 } });
    await addProgress(1, 1, 'inferred', { gap: { offset: 5, length: 7, reason: 'object-deleted' } });
    await addProgress(1, 0, 'indexed');
    const { ledger } = (await api.get(`/api/dumps/${dumpId(1)}`)).json;
    expect(ledger.records).toBe(10);
    expect(ledger.scored).toEqual({ flow_net: 3 });
    expect(ledger.detections).toEqual({ 'Port Scan': 2 });
    expect(ledger.gaps).toEqual([{ offset: 5, length: 7, reason: 'object-deleted', chunk: 1 }]);
    expect(ledger.secondsByStage).toEqual({ split: 1, infer: 1, index: 0.5 });
  });

  it('does so while the alerts are being raised, when the document has only the part that split wrote', async () => {
    addDump(1, { state: 'alerting', chunks: 1 });
    await addProgress(1, 0, 'inferred', { scored: { flow_net: 3 } });
    const { json } = await api.get(`/api/dumps/${dumpId(1)}`);
    expect(json.state).toBe('alerting');
    expect(json.ledger.scored).toEqual({ flow_net: 3 });
  });

  it('does so for a dump of very many chunks only when it is ready: a look at it stays cheap', async () => {
    addDump(1, { chunks: 3000 });
    for (let chunk = 0; chunk < 2001; chunk += 1) await addProgress(1, chunk, 'inferred', { scored: { flow_net: 1 } });
    const { json } = await api.get(`/api/dumps/${dumpId(1)}`);
    expect(json.progress).toEqual({ chunks: 3000, inferred: 2001, indexed: 0 });
    expect(json.ledger.scored).toEqual({});
  });

  it('counts, whatever working state the document names', async () => {
    addDump(1, { state: 'inferring', chunks: 1 });
    await addProgress(1, 0, 'inferred');
    expect((await api.get(`/api/dumps/${dumpId(1)}`)).json.state).toBe('indexing');
  });

  it('leaves the progress of another analysis out', async () => {
    addDump(1, { chunks: 1 });
    await addProgress(1, 0, 'inferred', { attempt: '33333333-3333-4333-8333-333333333333' });
    expect((await api.get(`/api/dumps/${dumpId(1)}`)).json.progress.inferred).toBe(0);
  });

  it('shows the ledger of a finished dump as it is written, not with its chunks added again', async () => {
    addDump(1, { state: 'ready', chunks: 1, ledger: { ...EMPTY_LEDGER, scored: { flow_net: 3 } } });
    await addProgress(1, 0, 'inferred', { scored: { flow_net: 3 } });
    const { json } = await api.get(`/api/dumps/${dumpId(1)}`);
    expect(json.ledger.scored).toEqual({ flow_net: 3 });
    expect(json.progress).toEqual({ chunks: 1, inferred: 1, indexed: 1 });
  });

  it('shows why a dump failed', async () => {
    addDump(1, { state: 'error', error: { code: 'not-a-capture', message: 'unknown magic number 0x7f454c46' } });
    const { json } = await api.get(`/api/dumps/${dumpId(1)}`);
    expect(json).toMatchObject({ state: 'error', error: { code: 'not-a-capture' } });
  });

  it('is 404 for an unknown id and 400 for what is no id', async () => {
    expect((await api.get(`/api/dumps/${dumpId(9)}`)).status).toBe(404);
    const reply = await api.get('/api/dumps/nonsense');
    expect(reply.status).toBe(400);
    expect(reply.json.errors[0].path).toBe('path.id');
  });
});

describe('GET /api/dumps', () => {
  it('pages newest first, each dump once', async () => {
    for (let n = 1; n <= 5; n += 1) addDump(n, { state: 'ready' });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const { json } = await api.get(`/api/dumps?size=2${cursor ? `&cursor=${cursor}` : ''}`);
      expect(json.total).toBe(5);
      names.push(...json.dumps.map((dump: { name: string }) => dump.name));
      cursor = json.cursor;
    } while (cursor !== undefined);
    expect(names).toEqual(['dump 5', 'dump 4', 'dump 3', 'dump 2', 'dump 1']);
  });

  it('filters by the live state, which the index does not hold', async () => {
    addDump(1, { state: 'splitting' });
    addDump(2, { state: 'splitting', chunks: 1 });
    const { json } = await api.get('/api/dumps?state=inferring');
    expect(json.dumps.map((dump: { name: string }) => dump.name)).toEqual(['dump 2']);
    expect(JSON.stringify(api.search.asked.at(-1)?.body)).toContain(
      '{"terms":{"smartids.dump.state":["splitting","inferring","indexing"]}}',
    );
  });

  it('refuses an unknown state and a cursor of another list', async () => {
    expect((await api.get('/api/dumps?state=done')).status).toBe(400);
    addDump(1);
    addDump(2);
    const { cursor } = (await api.get('/api/dumps?size=1')).json;
    const reply = await api.get(`/api/dumps?state=ready&cursor=${cursor}`);
    expect(reply.status).toBe(400);
    expect(reply.json.errors[0].path).toBe('cursor');
    expect((await api.get('/api/dumps?cursor=AAAA')).status).toBe(400);
  });

  it('leaves out a dump that was deleted since the index was refreshed', async () => {
    addDump(1);
    api.dumps.dumps.clear();
    expect((await api.get('/api/dumps')).json.dumps).toEqual([]);
  });
});

describe('DELETE /api/dumps/{id}', () => {
  it('removes the object, all that was made of it and every document, nothing of its neighbours, and leaves a tombstone', async () => {
    for (const n of [1, 2]) {
      const dump = addDump(n);
      for (const key of [
        dump.key,
        `derived/${dump.id}/${ETAG}/chunk-000000.bin`,
        `derived/${dump.id}/other/chunk-000000.bin`,
        `results/${dump.id}/${ETAG}/1/chunk-000000.ndjson.gz`,
        `work/${dump.id}/${ETAG}/checkpoint-000001.json`,
      ]) {
        await api.store.put(key, 'x');
      }
      api.search.documents.flows.set(`${dump.id}.0a1b2c3d.f0`, { smartids: { dump: { id: dump.id } } });
    }
    const reply = await api.call('DELETE', `/api/dumps/${dumpId(1)}`);
    expect(reply.status).toBe(204);
    expect(reply.text).toBe('');
    const left = [...api.store.objects.keys()].filter((key) => !key.includes(dumpId(2)));
    expect(left).toEqual([`deleted/${dumpId(1)}.json`]);
    expect(api.store.objects.size).toBe(5 + 1);
    expect([...api.search.documents.flows.keys()]).toEqual([`${dumpId(2)}.0a1b2c3d.f0`]);
    expect(api.search.documents.dumps.has(dumpId(1))).toBe(false);
  });

  it('is 204 again for a dump that is not there', async () => {
    expect((await api.call('DELETE', `/api/dumps/${dumpId(1)}`)).status).toBe(204);
  });
});
