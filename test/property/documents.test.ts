// For any traffic: the chunk size does not show in the documents, nor in the alerts.

import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createFlowModels } from '../../functions/infer/flow-models.ts';
import { createInferHandler } from '../../functions/infer/handler.ts';
import { groupsObjectSchema } from '../../lib/alert/alert-group.ts';
import { mergeGroups } from '../../lib/alert/merge-groups.ts';
import { groupsKey, resultKey } from '../../lib/chunk/keys.ts';
import { EMPTY_LEDGER } from '../../lib/dump/ledger.ts';
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';
import { demoScenario } from '../../local/generate/demo.ts';
import { buildCapture } from '../../local/generate/write-capture.ts';
import { createMemoryDumpRegister } from '../support/memory-dump-register.ts';
import { createMemoryObjectStore } from '../support/memory-object-store.ts';
import { createRecordingLog } from '../support/recording-log.ts';
import { splitIntoStore } from '../support/split-into-store.ts';

const REPOSITORY = join(import.meta.dirname, '../../triton/models');
const DUMP = { id: '0a0b0c0d-0000-4000-8000-000000000001', key: 'dumps/any.pcap' };
const ATTEMPT = '0a0b0c0d-0000-4000-8000-0000000000aa';
const KIB = 1024;
const models = createOnnxModelServer({ repository: REPOSITORY, workers: 1 });
const flowModels = createFlowModels(REPOSITORY);

afterAll(() => models.close());

/** Every document and alert of the capture, cut into chunks of the given size. */
async function analyse(capture: Uint8Array, targetBytes: number) {
  const store = createMemoryObjectStore();
  const dumps = createMemoryDumpRegister();
  const { etag, totals } = await splitIntoStore(store, capture, DUMP, { targetBytes });
  const now = '2026-11-23T00:00:00Z';
  await dumps.create({
    ...{ id: DUMP.id, key: DUMP.key, bucket: store.bucket, name: 'any', fileName: 'any.pcap', details: '' },
    ...{ createdAt: now, updatedAt: now, state: 'splitting', etag, attempt: ATTEMPT, run: 1 },
    ...{ generation: '000001', ledger: EMPTY_LEDGER, linktypes: [] },
  });
  const handler = createInferHandler({
    store,
    dumps,
    queue: { send: async () => {} },
    models,
    flowModels,
    packetDocuments: 'all',
    log: createRecordingLog(),
    clock: () => new Date(now),
  });
  const documents: Record<string, unknown>[] = [];
  const groups: ReturnType<typeof groupsObjectSchema.parse>[] = [];
  for (let chunk = 0; chunk < totals.chunks; chunk++) {
    const body = JSON.stringify({
      ...{ version: 1, bucket: store.bucket, key: DUMP.key, etag, dumpId: DUMP.id, attempt: ATTEMPT },
      ...{ run: 1, generation: '000001', chunk, ...(await place(store, etag, chunk)) },
    });
    const reply = await handler(
      { Records: [{ messageId: 'm', body, attributes: { ApproximateReceiveCount: '1' } }] },
      { requestId: 'r', remainingMs: () => 1e6, signal: new AbortController().signal, maxReceiveCount: 5 },
    );
    expect(reply.batchItemFailures).toEqual([]);
    const lines = await read(store, resultKey(DUMP.id, etag, 1, chunk));
    documents.push(
      ...lines
        .split('\n')
        .filter(Boolean)
        .map((line) => withoutChunks(JSON.parse(line))),
    );
    groups.push(groupsObjectSchema.parse(JSON.parse(await read(store, groupsKey(DUMP.id, etag, 1, chunk)))));
  }
  const byId = (a: Record<string, unknown>, b: Record<string, unknown>) => idOf(a).localeCompare(idOf(b));
  const alerts = mergeGroups(groups, { dumpId: DUMP.id, etag });
  return { chunks: totals.chunks, documents: documents.sort(byId), alerts };
}

async function place(store: ReturnType<typeof createMemoryObjectStore>, etag: string, chunk: number) {
  const key = `derived/${DUMP.id}/${etag}/chunk-${String(chunk).padStart(6, '0')}.json`;
  const bytes = await store.get(key, { maxBytes: KIB * KIB });
  const { offset, length } = JSON.parse(Buffer.from(bytes).toString()) as { offset: number; length: number };
  return { offset, length };
}

async function read(store: ReturnType<typeof createMemoryObjectStore>, key: string): Promise<string> {
  return gunzipSync(await store.get(key, { maxBytes: 512 * KIB * KIB })).toString();
}

function idOf(document: Record<string, unknown>): string {
  return (document as { event: { id: string } }).event.id;
}

/** design: `smartids.flow.chunks` is the one field of a document that may tell how the dump was cut. */
function withoutChunks(document: { smartids?: { flow?: { chunks?: unknown } } }): Record<string, unknown> {
  delete document.smartids?.flow?.chunks;
  return document as Record<string, unknown>;
}

describe('the chunk size', () => {
  it('of 64 KiB, 1 MiB or 64 MiB does not show in documents and alerts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), async (seed) => {
        const scenario = { ...demoScenario(seed), durationSeconds: 240 };
        const { bytes } = buildCapture(scenario, { kind: seed % 2 === 0 ? 'pcap' : 'pcapng' });
        const [small, middle, large] = await Promise.all([
          analyse(bytes, 64 * KIB),
          analyse(bytes, KIB * KIB),
          analyse(bytes, 64 * KIB * KIB),
        ]);
        expect(small.chunks).toBeGreaterThan(10);
        expect(large.chunks).toBe(1);
        expect(large.documents.length).toBeGreaterThan(1000);
        expect(middle.documents).toEqual(large.documents);
        expect(small.documents).toEqual(large.documents);
        expect(middle.alerts).toEqual(large.alerts);
        expect(small.alerts).toEqual(large.alerts);
      }),
      { numRuns: 2 },
    );
  }, 120_000);
});
