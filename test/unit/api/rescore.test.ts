// api: asking for another scoring of a dump, and what the dump says of it.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dump } from '../../../lib/dump/dump.ts';
import { DUMP, DUMP_ID, progressOf } from '../../support/analysis.ts';
import { NOW, startApi, type TestApi } from '../../support/api-server.ts';

const PATH = `/api/dumps/${DUMP_ID}/rescore`;
let api: TestApi;
beforeEach(async () => {
  api = await startApi();
  api.models.splice(
    0,
    1,
    { name: 'bert_packet', version: '1', kind: 'packet' },
    { name: 'flow_net', version: '2', kind: 'flow' },
    { name: 'flow_net', version: '10', kind: 'flow' },
  );
});
afterEach(() => api.close());

function addDump(more: Partial<Dump> = {}): void {
  api.dumps.dumps.set(DUMP_ID, { ...DUMP, state: 'ready', chunks: 3, alerts: 4, ...more });
}
const dump = () => api.dumps.dumps.get(DUMP_ID);

describe('POST /api/dumps/{id}/rescore', () => {
  it('writes the run on the dump, then has its chunks sent', async () => {
    addDump();
    const reply = await api.post(PATH, { model: 'flow_net:2' });
    expect(reply).toMatchObject({ status: 202, json: { run: 2, models: { flow: 'flow_net:2' } } });
    const rescoring = { run: 2, models: { flow: 'flow_net:2' }, requestedAt: NOW.toISOString(), state: 'running' };
    expect(dump()).toMatchObject({ state: 'ready', run: 1, rescoring });
    const { etag, attempt } = DUMP;
    expect(api.sent).toEqual([
      {
        queue: 'dump-events',
        body: { kind: 'rescore', version: 1, dumpId: DUMP_ID, etag, attempt, run: 2, chunk: 0 },
      },
    ]);
    expect(JSON.stringify(api.sent[0]?.body).length).toBeLessThan(2048);
  });

  it.each([
    [{ model: 'flow_net' }, { flow: 'flow_net:10' }],
    [{ model: 'bert_packet' }, { packet: 'bert_packet:1' }],
    [{ models: { flow: 'flow_net:2', packet: 'bert_packet:1' } }, { flow: 'flow_net:2', packet: 'bert_packet:1' }],
  ])('finds the kind of %j, and one version for all chunks', async (body, models) => {
    addDump();
    expect((await api.post(PATH, body)).json).toEqual({ run: 2, models });
  });

  it('keeps the model of the kind that is not named', async () => {
    addDump({ run: 3, models: { flow: 'flow_net:2' } });
    expect((await api.post(PATH, { model: 'bert_packet' })).json).toEqual({
      run: 4,
      models: { flow: 'flow_net:2', packet: 'bert_packet:1' },
    });
  });

  it.each([
    [{ model: 'flow_net:3' }, 'body.model', /flow_net:3 is not installed; installed: bert_packet:1, flow_net:2, /],
    [{ model: '../x' }, 'body.model', /expected NAME or NAME:VERSION/],
    [{ models: { packet: 'flow_net:2' } }, 'body.models.packet', /flow_net:2 is a flow model/],
    [{ models: {} }, 'body.models', /names no model/],
    [{}, 'body', /name either `model` or `models`/],
    [{ model: 'flow_net', models: {} }, 'body', /name either/],
    [{ modell: 'flow_net' }, 'body.modell', /unknown key/],
  ])('refuses %j', async (body, path, words) => {
    addDump();
    const { status, json } = await api.post(PATH, body);
    expect(status).toBe(400);
    expect(json.errors[0]).toMatchObject({ path, message: expect.stringMatching(words) });
    expect(dump()?.rescoring).toBeUndefined();
    expect(api.sent).toEqual([]);
  });

  it.each(['uploading', 'splitting', 'inferring', 'indexing', 'alerting', 'error'] as const)(
    'refuses a dump that is %s',
    async (state) => {
      addDump({ state });
      const { status, json } = await api.post(PATH, { model: 'flow_net' });
      expect(status).toBe(409);
      expect(json.detail).toMatch(new RegExp(`is ${state}: only a ready dump`));
    },
  );

  it('refuses a second one while the first runs; the same one is sent again', async () => {
    addDump();
    await api.post(PATH, { model: 'flow_net:2' });
    const { status, json } = await api.post(PATH, { model: 'flow_net:10' });
    expect(status).toBe(409);
    expect(json.detail).toMatch(/is being scored by flow_net:2 \(run 2\)/);
    expect(await api.post(PATH, { model: 'flow_net:2' })).toMatchObject({ status: 202, json: { run: 2 } });
    expect(api.sent.map(({ body }) => (body as { run: number }).run)).toEqual([2, 2]);
  });

  it('goes on to another number after one that failed', async () => {
    const failed = { run: 5, models: {}, requestedAt: 'then', state: 'failed', reason: 'why' } as const;
    addDump({ run: 2, rescoring: failed });
    expect((await api.post(PATH, { model: 'flow_net' })).json.run).toBe(6);
    expect(dump()?.rescoring).toEqual({ ...dump()?.rescoring, run: 6, state: 'running' });
    expect(dump()?.rescoring?.reason).toBeUndefined();
  });

  it('of nothing is 404', async () => {
    expect((await api.post(PATH, { model: 'flow_net' })).status).toBe(404);
  });
});

describe('a dump that is scored once more', () => {
  const rescoring = { run: 2, models: { flow: 'flow_net:2' }, requestedAt: 'then', state: 'running' } as const;

  it('stays ready with all its chunks, and says how far the new run is', async () => {
    addDump({ rescoring });
    const gap = { offset: 0, length: 1, reason: 'lost' };
    for (const chunk of [0, 1, 2]) await api.dumps.writeProgress(progressOf({ chunk, stage: 'inferred' }));
    await api.dumps.writeProgress(progressOf({ run: 2, chunk: 0, stage: 'inferred', detections: { DoS: 7 } }));
    await api.dumps.writeProgress(progressOf({ run: 2, chunk: 1, stage: 'inferred', gap }));
    const { json } = await api.get(`/api/dumps/${DUMP_ID}`);
    expect(json).toMatchObject({
      ...{ state: 'ready', run: 1, progress: { chunks: 3, inferred: 3, indexed: 3 } },
      rescoring: { ...rescoring, inferred: 1 },
    });
    expect(json.ledger).toEqual(DUMP.ledger);
  });

  it('counts the new run alone once it was promoted', async () => {
    const rescored = { run: 2, fromRun: 1, models: rescoring.models, requestedAt: 'then', alertsBefore: 4 };
    addDump({ state: 'indexing', run: 2, models: rescoring.models, rescored });
    for (const chunk of [0, 1, 2]) {
      await api.dumps.writeProgress(progressOf({ chunk, stage: 'inferred', detections: { DoS: 1 } }));
      await api.dumps.writeProgress(progressOf({ chunk, stage: 'indexed' }));
      await api.dumps.writeProgress(progressOf({ run: 2, chunk, stage: 'inferred', detections: { DDoS: 1 } }));
    }
    await api.dumps.writeProgress(progressOf({ run: 2, chunk: 0, stage: 'indexed' }));
    const { json } = await api.get(`/api/dumps/${DUMP_ID}`);
    expect(json).toMatchObject({
      ...{ state: 'indexing', run: 2, models: rescoring.models, rescored },
      progress: { chunks: 3, inferred: 3, indexed: 1 },
    });
    expect(json.ledger.detections).toEqual({ DDoS: 3 });
  });
});
