// For any traffic: the chunk size does not show in the documents, nor in the alerts; nor does packing the dump.

import { rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { mergeGroups } from '../../lib/alert/merge-groups.ts';
import { DOCUMENT_FIELDS, resultKind } from '../../lib/document/document-kind.ts';
import { addCounts, type Counts } from '../../lib/dump/ledger.ts';
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';
import { demoScenario } from '../../local/generate/demo.ts';
import { buildCapture } from '../../local/generate/write-capture.ts';
import { documentChecker } from '../support/document-faults.ts';
import { createModelRepository, DUMP, inferCapture } from '../support/infer-capture.ts';
import { installTinyPacketModel } from '../support/tiny-packet-model.ts';

const KIB = 1024;
const repository = createModelRepository();
installTinyPacketModel(repository);
const models = createOnnxModelServer({ repository, workers: 1 });

afterAll(async () => {
  await models.close();
  rmSync(repository, { recursive: true });
});

/** Every document and alert of the capture, cut into chunks of the given size. */
async function analyse(capture: Uint8Array, targetBytes: number) {
  const { chunks, documents, groups, replies, progress, etag } = await inferCapture(capture, {
    ...{ repository, models, reading: 'unpadded' as const },
    chunks: { targetBytes },
  });
  expect(replies.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
  expect(documents.map((document) => CHECKS[kindOf(document)](document)).find(Boolean)).toBeUndefined();
  const byId = (a: Record<string, unknown>, b: Record<string, unknown>) => idOf(a).localeCompare(idOf(b));
  // Not a part of what is compared between captures: an alert's id has the object's etag in it.
  const alerts = mergeGroups(groups, { dumpId: DUMP.id, etag });
  const scored = progress.map((one) => one.scored).reduce<Counts>(addCounts, {});
  const notScored = progress.map((one) => one.notScored['bert_packet'] ?? {}).reduce<Counts>(addCounts, {});
  return { chunks, alerts, scored, notScored, documents: documents.map(withoutChunks).sort(byId) };
}

const CHECKS = { flows: documentChecker(DOCUMENT_FIELDS.flows), packets: documentChecker(DOCUMENT_FIELDS.packets) };

function kindOf(document: Record<string, unknown>): keyof typeof CHECKS {
  return resultKind((document as { event: { dataset: string } }).event.dataset) ?? 'flows';
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
        const { chunks: _, ...whole } = large;
        expect(small.chunks).toBeGreaterThan(10);
        expect(large.chunks).toBe(1);
        expect(large.documents.length).toBeGreaterThan(1000);
        expect(large.scored['bert_packet']).toBeGreaterThan(500);
        expect(middle).toEqual({ chunks: middle.chunks, ...whole });
        expect(small).toEqual({ chunks: small.chunks, ...whole });

        // Packed, later chunks' packets are read from what split unpacked.
        const packed = await analyse(gzipSync(bytes), 64 * KIB);
        expect(packed.scored).toEqual(large.scored);
        expect(packed.notScored).toEqual(large.notScored);
      }),
      { numRuns: 2 },
    );
  }, 120_000);
});
