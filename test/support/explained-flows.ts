// support: a capture's detections with their reasons and features, as infer finds them chunk by chunk.

import { readFlowRows, readManifest } from '../../functions/infer/chunk-flows.ts';
import type { FlowModel } from '../../functions/infer/flow-models.ts';
import { scoreFlows } from '../../functions/infer/score-flows.ts';
import type { ChunkOptions } from '../../lib/chunk/chunk-builder.ts';
import { CHUNK_MESSAGE_VERSION, type ChunkMessage } from '../../lib/chunk/message.ts';
import type { FlowVerdict } from '../../lib/detection/verdict.ts';
import { flowEndpoint } from '../../lib/document/flow-side.ts';
import { flowNetFeatures } from '../../lib/model/flow-net-features.ts';
import type { ModelServer } from '../../lib/model/model-server.ts';
import { createMemoryObjectStore } from './memory-object-store.ts';
import { splitIntoStore } from './split-into-store.ts';

const DUMP = { id: '0a0b0c0d-0000-4000-8000-000000000001', key: 'dumps/any.pcap' };

export interface ExplainedFlow {
  /** Number of its first record. */
  readonly record: number;
  /** Label, source and destination: its alert group. */
  readonly group: string;
  readonly features: Float32Array;
  readonly verdict: FlowVerdict;
}

export interface Explained {
  readonly chunks: number;
  readonly detections: readonly ExplainedFlow[];
  readonly unexplained: number;
}

export async function explainCapture(
  capture: Uint8Array,
  models: ModelServer,
  flowModel: FlowModel,
  chunkOptions: ChunkOptions = {},
): Promise<Explained> {
  const store = createMemoryObjectStore();
  const { etag, totals } = await splitIntoStore(store, capture, DUMP, chunkOptions);
  const { signal } = new AbortController();
  const detections: ExplainedFlow[] = [];
  let unexplained = 0;
  for (let chunk = 0; chunk < totals.chunks; chunk += 1) {
    const message: ChunkMessage = {
      ...{ version: CHUNK_MESSAGE_VERSION, bucket: store.bucket, key: DUMP.key, etag, dumpId: DUMP.id },
      ...{ attempt: DUMP.id, run: 1, generation: '000001', chunk, offset: 0, length: 0 },
    };
    const manifest = await readManifest(store, message, signal);
    for await (const rows of readFlowRows(store, manifest, signal)) {
      const isOwn = (row: number): boolean => rows.columns.firstChunk[row] === chunk;
      for await (const { from, verdicts, ...scored } of scoreFlows({ models }, flowModel, rows, { isOwn, signal })) {
        unexplained += scored.unexplained;
        for (const [k, verdict] of verdicts.entries()) {
          const row = from + k;
          if (!verdict.detection || !isOwn(row)) continue;
          const sides = (['source', 'destination'] as const).map((side) => flowEndpoint(rows, row, side).ip);
          detections.push({
            record: rows.columns.record[row] ?? -1,
            group: [verdict.label, ...sides].join(' '),
            features: flowNetFeatures(rows, row, row + 1),
            verdict,
          });
        }
      }
    }
  }
  return { chunks: totals.chunks, detections, unexplained };
}
