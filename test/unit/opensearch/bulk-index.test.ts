// opensearch: many documents, each with its own outcome.
import { describe, expect, it } from 'vitest';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { backoffMs, DEFAULT_BACKOFF } from '../../../lib/opensearch/backoff.ts';
import type { BulkDocument } from '../../../lib/opensearch/bulk-batches.ts';
import { bulkIndex } from '../../../lib/opensearch/bulk-index.ts';
import { bulkIds, createScriptedClient } from './scripted-client.ts';

function documents(count: number, source = '{}'): readonly BulkDocument[] {
  return Array.from({ length: count }, (_, i) => ({ index: 'i', id: `d${i}`, source, version: 2 }));
}

function reply(statuses: readonly number[]) {
  const items = statuses.map((status) => ({
    index: { status, ...(status >= 300 && { error: { type: `t${status}`, reason: 'because' } }) },
  }));
  return { status: 200, body: { errors: statuses.some((status) => status >= 300), items } };
}

function quickBackoff() {
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
  };
  return { waits, backoff: { ...DEFAULT_BACKOFF, attempts: 4, random: () => 0, sleep } };
}

describe('bulk indexing', () => {
  it('names index, id and the run as external version of each document', async () => {
    const client = createScriptedClient((_, options) => reply(bulkIds(options).map(() => 201)));
    const outcome = await bulkIndex(client, documents(1, '{"a":1}'));
    expect(outcome).toEqual({ indexed: 1, superseded: 0, refused: 0, examples: [] });
    expect(client.requests[0]?.options.lines).toBe(
      '{"index":{"_index":"i","_id":"d0","version":2,"version_type":"external_gte"}}\n{"a":1}\n',
    );
  });

  it('keeps bodies below their limits of documents and bytes', async () => {
    const client = createScriptedClient((_, options) => reply(bulkIds(options).map(() => 200)));
    await bulkIndex(client, documents(5), { limits: { maxBytes: 1e6, maxDocuments: 2 } });
    expect(client.requests.map(({ options }) => bulkIds(options).length)).toEqual([2, 2, 1]);

    client.requests.length = 0;
    await bulkIndex(client, documents(4, `"${'é'.repeat(200)}"`), { limits: { maxBytes: 1000, maxDocuments: 100 } });
    expect(client.requests.map(({ options }) => bulkIds(options).length)).toEqual([2, 2]);
    for (const { options } of client.requests) expect(Buffer.byteLength(options.lines ?? '')).toBeLessThanOrEqual(1000);
  });

  it('sends a document larger than a body alone', async () => {
    const client = createScriptedClient((_, options) => reply(bulkIds(options).map(() => 200)));
    const outcome = await bulkIndex(client, documents(2, `"${'x'.repeat(500)}"`), {
      limits: { maxBytes: 100, maxDocuments: 9 },
    });
    expect(outcome.indexed).toBe(2);
    expect(client.requests).toHaveLength(2);
  });

  it('sends again what was turned away for now, and nothing else', async () => {
    const answers = [[201, 429, 503], [201, 429], [200]];
    const client = createScriptedClient(() => reply(answers.shift() ?? []));
    const { backoff, waits } = quickBackoff();
    const outcome = await bulkIndex(client, documents(3), { backoff });
    expect(outcome.indexed).toBe(3);
    expect(client.requests.map(({ options }) => bulkIds(options))).toEqual([['d0', 'd1', 'd2'], ['d1', 'd2'], ['d2']]);
    expect(waits).toEqual([50, 100]);
  });

  it('sends a whole body again that was turned away', async () => {
    const answers = [{ status: 429, body: {} }, reply([201, 201])];
    const client = createScriptedClient(() => answers.shift() ?? reply([]));
    expect((await bulkIndex(client, documents(2), { backoff: quickBackoff().backoff })).indexed).toBe(2);
  });

  it('tells documents that will never fit, with the reason, from those superseded', async () => {
    const client = createScriptedClient(() => reply([400, 409, 201]));
    expect(await bulkIndex(client, documents(3))).toEqual({
      indexed: 1,
      superseded: 1,
      refused: 1,
      examples: [{ id: 'd0', reason: 't400: because' }],
    });
  });

  it('gives up after its tries with an error that may be tried later', async () => {
    const client = createScriptedClient((_, options) => reply(bulkIds(options).map(() => 429)));
    const given = await bulkIndex(client, documents(1), { backoff: quickBackoff().backoff }).catch((error) => error);
    expect(given).toBeInstanceOf(PipelineError);
    expect(given).toMatchObject({ code: 'service-unavailable', permanent: false });
    expect(client.requests).toHaveLength(4);
  });

  it('does not take a reply with too few outcomes for success', async () => {
    const client = createScriptedClient(() => reply([201]));
    await expect(bulkIndex(client, documents(2))).rejects.toThrow('1 outcomes for 2 documents');
  });

  it('waits twice as long each time, up to a bound, and not always the same', () => {
    const backoff = { ...DEFAULT_BACKOFF, firstMs: 100, maxMs: 1000, random: () => 0.999_999 };
    expect([0, 1, 2, 9].map((attempt) => Math.round(backoffMs(backoff, attempt)))).toEqual([100, 200, 400, 1000]);
    expect(backoffMs({ ...backoff, random: () => 0 }, 0)).toBe(50);
  });
});
