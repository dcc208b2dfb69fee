// support: a capture split and inferred chunk by chunk, over stores in memory, with the models of a repository.

import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createFlowModels } from '../../functions/infer/flow-models.ts';
import { createInferHandler } from '../../functions/infer/handler.ts';
import type { InferDeps } from '../../functions/infer/infer-deps.ts';
import { createPacketModels } from '../../functions/infer/packet-models.ts';
import { type GroupsObject, groupsObjectSchema } from '../../lib/alert/alert-group.ts';
import type { ChunkOptions } from '../../lib/chunk/chunk-builder.ts';
import { groupsKey, manifestKey, resultKey } from '../../lib/chunk/keys.ts';
import { manifestSchema } from '../../lib/chunk/manifest.ts';
import { CHUNK_MESSAGE_VERSION, type ChunkMessage } from '../../lib/chunk/message.ts';
import { EMPTY_LEDGER } from '../../lib/dump/ledger.ts';
import type { Progress } from '../../lib/dump/progress.ts';
import type { SqsBatchResponse } from '../../lib/lambda/sqs-event.ts';
import type { ModelServer } from '../../lib/model/model-server.ts';
import type { LineReading } from '../../lib/model/packet-tokens.ts';
import { createMemoryDumpRegister } from './memory-dump-register.ts';
import { createMemoryObjectStore } from './memory-object-store.ts';
import { createRecordingLog } from './recording-log.ts';
import { splitIntoStore } from './split-into-store.ts';

const MODELS = join(import.meta.dirname, '../../triton/models');
const ATTEMPT = '0a0b0c0d-0000-4000-8000-0000000000aa';
const NOW = '2026-11-23T00:00:00Z';
export const DUMP = { id: '0a0b0c0d-0000-4000-8000-000000000001', key: 'dumps/any.pcap' };

/** A repository in a folder of its own, with flow_net alone. */
export function createModelRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'smart-ids-models-'));
  cpSync(join(MODELS, 'flow_net'), join(folder, 'flow_net'), { recursive: true });
  return folder;
}

export interface InferSettings {
  readonly repository: string;
  readonly models: ModelServer;
  readonly chunks?: ChunkOptions;
  readonly reading?: LineReading;
  readonly deps?: Partial<InferDeps>;
  readonly remainingMs?: number;
  readonly receiveCount?: number;
}

export interface Inferred {
  readonly chunks: number;
  /** As they were written, in the order of the chunks. */
  readonly documents: readonly Record<string, unknown>[];
  readonly groups: readonly GroupsObject[];
  readonly progress: readonly Progress[];
  readonly replies: readonly SqsBatchResponse[];
  readonly log: ReturnType<typeof createRecordingLog>;
  readonly etag: string;
}

export interface PreparedInfer {
  readonly store: ReturnType<typeof createMemoryObjectStore>;
  readonly dumps: ReturnType<typeof createMemoryDumpRegister>;
  readonly log: ReturnType<typeof createRecordingLog>;
  readonly etag: string;
  readonly chunks: number;
  readonly records: number;
  /** Infers one chunk by its message, as the queue would have it done. */
  readonly infer: (chunk: number) => Promise<SqsBatchResponse>;
}

/** A capture that is split, and what infers its chunks. */
export async function prepareInfer(capture: Uint8Array, settings: InferSettings): Promise<PreparedInfer> {
  const { repository, models, chunks = {}, reading = 'padded', deps = {} } = settings;
  const store = createMemoryObjectStore();
  const dumps = createMemoryDumpRegister();
  const log = createRecordingLog();
  const { etag, totals } = await splitIntoStore(store, capture, DUMP, chunks);
  await dumps.create({
    ...{ id: DUMP.id, key: DUMP.key, bucket: store.bucket, name: 'any', fileName: 'any.pcap', details: '' },
    ...{ createdAt: NOW, updatedAt: NOW, state: 'splitting', etag, attempt: ATTEMPT, run: 1 },
    ...{ generation: '000001', ledger: EMPTY_LEDGER, linktypes: [] },
  });
  const handler = createInferHandler({
    store,
    dumps,
    queue: { send: async () => {} },
    models,
    flowModels: createFlowModels(repository),
    packetModels: createPacketModels({ repository, model: 'bert_packet', reading, isRemote: false, log }),
    packetBudget: { packets: 3, seconds: 60, lanes: 2 },
    packetDocuments: 'all',
    log,
    clock: () => new Date(NOW),
    ...deps,
  });

  async function infer(chunk: number): Promise<SqsBatchResponse> {
    const manifest = await store.get(manifestKey(DUMP.id, etag, chunk), { maxBytes: 2 ** 22 });
    const { offset, length } = manifestSchema.parse(JSON.parse(Buffer.from(manifest).toString()));
    const message: ChunkMessage = {
      ...{ version: CHUNK_MESSAGE_VERSION, bucket: store.bucket, key: DUMP.key, etag, dumpId: DUMP.id },
      ...{ attempt: ATTEMPT, run: 1, generation: '000001', chunk, offset, length },
    };
    const attributes = { ApproximateReceiveCount: String(settings.receiveCount ?? 1) };
    return handler(
      { Records: [{ messageId: 'm', body: JSON.stringify(message), attributes }] },
      {
        ...{ requestId: 'r', signal: new AbortController().signal, maxReceiveCount: 5 },
        remainingMs: () => settings.remainingMs ?? 1e6,
      },
    );
  }
  return { store, dumps, log, etag, chunks: totals.chunks, records: totals.records, infer };
}

export async function inferCapture(capture: Uint8Array, settings: InferSettings): Promise<Inferred> {
  const { store, dumps, log, etag, chunks, infer } = await prepareInfer(capture, settings);
  const documents: Record<string, unknown>[] = [];
  const groups: GroupsObject[] = [];
  const replies: SqsBatchResponse[] = [];
  const text = async (key: string) => gunzipSync(await store.get(key, { maxBytes: 2 ** 29 })).toString();
  for (let chunk = 0; chunk < chunks; chunk++) {
    replies.push(await infer(chunk));
    if (!store.objects.has(resultKey(DUMP.id, etag, 1, chunk))) continue;
    const lines = (await text(resultKey(DUMP.id, etag, 1, chunk))).split('\n').filter(Boolean);
    documents.push(...lines.map((line) => JSON.parse(line) as Record<string, unknown>));
    groups.push(groupsObjectSchema.parse(JSON.parse(await text(groupsKey(DUMP.id, etag, 1, chunk)))));
  }
  const progress = [...dumps.progress.values()];
  return { chunks, documents, groups, progress, replies, log, etag };
}
