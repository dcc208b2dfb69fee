// split: a run's chunks sent on, as far as the time goes.

import { describe, expect, it } from 'vitest';
import { createSplitHandler } from '../../../functions/split/handler.ts';
import { manifestKey } from '../../../lib/chunk/keys.ts';
import { type ChunkMessage, chunkMessageSchema } from '../../../lib/chunk/message.ts';
import { resultsMessageSchema } from '../../../lib/chunk/results-message.ts';
import { type RescoreMessage, rescoreMessage, rescoreMessageSchema } from '../../../lib/dump/rescore-message.ts';
import { ATTEMPT, DUMP, DUMP_ID, ETAG, sqsEvent } from '../../support/analysis.ts';
import { createSplitFixture, invocation } from './split-fixture.ts';

const CHUNKS = 40;
const MESSAGE = rescoreMessage({ dumpId: DUMP_ID, etag: ETAG, attempt: ATTEMPT, run: 2 });
const RESCORING = { run: 2, models: {}, requestedAt: 'then', state: 'running' } as const;

async function setUp() {
  const fixture = createSplitFixture();
  fixture.dumps.dumps.set(DUMP_ID, { ...DUMP, state: 'ready', chunks: CHUNKS, rescoring: RESCORING });
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    const manifest = {
      ...{ version: 1, flowSchemaVersion: 2, chunk, offset: 24 + 100 * chunk, length: 100, firstRecord: chunk },
      ...{ records: 1, recordObject: 'r', rowObjects: [], flows: 0, ownFlows: 0, interfaces: [] },
    };
    await fixture.store.put(manifestKey(DUMP_ID, ETAG, chunk), JSON.stringify(manifest));
  }
  const handler = createSplitHandler(fixture.deps);
  const receive = (message: RescoreMessage, signal = new AbortController().signal, receives = 1) =>
    handler(sqsEvent([message], receives), invocation(signal));
  const sentTo = (queue: string) =>
    fixture.sent.filter((one) => one.queue === queue).map(({ body }): unknown => JSON.parse(body));
  return { ...fixture, receive, sentTo };
}

describe('split, asked to send a run’s chunks', () => {
  it('sends each chunk’s message as it did the first time, under the new run', async () => {
    const { receive, sentTo } = await setUp();
    expect(await receive(MESSAGE)).toEqual({ batchItemFailures: [] });
    const messages = sentTo('chunks').map((body): ChunkMessage => chunkMessageSchema.parse(body));
    expect(messages.map(({ chunk }) => chunk).sort((a, b) => a - b)).toEqual(
      Array.from({ length: CHUNKS }, (_, i) => i),
    );
    expect(messages[0]).toEqual({
      ...{ version: 1, bucket: DUMP.bucket, key: DUMP.key, etag: ETAG, dumpId: DUMP_ID, attempt: ATTEMPT },
      ...{ run: 2, generation: '000001', chunk: 0, offset: 24, length: 100 },
    });
  });

  it('leaves what it has no time for to a message of its own, and always comes a window further', async () => {
    const { receive, sentTo } = await setUp();
    let message: unknown = MESSAGE;
    for (let leg = 1; message !== undefined; leg += 1) {
      await receive(rescoreMessageSchema.parse(message), AbortSignal.abort());
      message = sentTo('dump-events')[leg - 1];
      expect(leg).toBeLessThan(5);
    }
    expect(sentTo('dump-events').map((body) => rescoreMessageSchema.parse(body).chunk)).toEqual([16, 32]);
    expect(sentTo('chunks')).toHaveLength(CHUNKS);
  });

  it('sends the results to be indexed once the run was promoted', async () => {
    const { receive, sentTo, dumps } = await setUp();
    const { rescoring: _, ...dump } = dumps.dumps.get(DUMP_ID) ?? DUMP;
    dumps.dumps.set(DUMP_ID, { ...dump, state: 'indexing', run: 2 });
    await receive(MESSAGE);
    expect(sentTo('chunks')).toEqual([]);
    const messages = sentTo('results').map((body) => resultsMessageSchema.parse(body));
    expect(messages).toHaveLength(CHUNKS);
    expect(messages[0]).toEqual({ kind: 'results', version: 1, dumpId: DUMP_ID, etag: ETAG, run: 2, chunk: 0 });
  });

  it.each([
    ['of another version', { etag: 'other' }],
    ['of another analysis', { attempt: '33333333-0000-4000-8000-000000000000' }],
    ['of a run that nobody asked for', { rescoring: undefined }],
    ['of a run that failed', { rescoring: { ...RESCORING, state: 'failed' } }],
    ['of a run that has made way for another', { rescoring: { ...RESCORING, run: 3 } }],
    ['of a run that is whole', { run: 2, rescoring: undefined }],
  ] as const)('acknowledges a message %s', async (_, change) => {
    const { receive, sent, dumps } = await setUp();
    const dump = { ...DUMP, state: 'ready', chunks: CHUNKS, rescoring: RESCORING, ...change };
    dumps.dumps.set(DUMP_ID, dump as typeof DUMP); // `undefined` stands for absent
    expect(await receive(MESSAGE)).toEqual({ batchItemFailures: [] });
    expect(sent).toEqual([]);
  });

  it('fails the run on the last receive where a manifest is gone, and comes again before', async () => {
    const { receive, store, dumps } = await setUp();
    store.objects.delete(manifestKey(DUMP_ID, ETAG, 20));
    expect((await receive(MESSAGE)).batchItemFailures).toHaveLength(1);
    expect(dumps.dumps.get(DUMP_ID)?.rescoring?.state).toBe('running');
    await receive(MESSAGE, undefined, 5);
    expect(dumps.dumps.get(DUMP_ID)).toMatchObject({
      ...{ state: 'ready', run: 1 },
      rescoring: { state: 'failed', reason: expect.stringMatching(/^object-deleted: .*chunk-000020\.json/) },
    });
  });

  it('puts on the dump that a promoted run cannot be indexed', async () => {
    const { receive, deps, dumps } = await setUp();
    dumps.dumps.set(DUMP_ID, { ...DUMP, state: 'indexing', run: 2, chunks: CHUNKS });
    Object.assign(deps.queue, { send: async () => Promise.reject(new Error('the queue is away')) });
    await receive(MESSAGE, undefined, 5);
    expect(dumps.dumps.get(DUMP_ID)).toMatchObject({ state: 'error', error: { message: 'the queue is away' } });
  });
});
