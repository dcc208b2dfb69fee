// support: split's rescore step, infer, index and alert over queues, bucket and index in memory, in a process that may die.

import { createHandler as createAlertHandler } from '../../../functions/alert/handler.ts';
import { rescoreDump } from '../../../functions/api/rescore-dump.ts';
import { createHandler as createIndexHandler } from '../../../functions/index/handler.ts';
import { createFlowModel, type FlowModel } from '../../../functions/infer/flow-models.ts';
import { createInferHandler } from '../../../functions/infer/handler.ts';
import { createSplitHandler } from '../../../functions/split/handler.ts';
import type { BulkDocument } from '../../../lib/opensearch/bulk-batches.ts';
import type { QueueName } from '../../../lib/queue/message-queue.ts';
import { createRecordingLog } from '../../support/recording-log.ts';
import { sampleMetadata } from '../detection/flow-net-metadata-sample.ts';
import { createFixture, DUMP_ID, type FixtureChunk } from '../infer/chunk-fixture.ts';

const MAX_RECEIVES = 5;
const NOW = new Date('2026-11-23T12:00:00Z');

interface Message {
  readonly queue: QueueName;
  readonly body: string;
  readonly receives: number;
}

interface StoredDocument extends BulkDocument {
  readonly run: number;
}

/** When the process dies: before or after the n-th call of any port; every later call of the same invocation fails, too. */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** Version 2 raises no port scans. */
function flowModel(reference: string): FlowModel {
  const version = reference.split(':')[1] ?? '1';
  const metadata = sampleMetadata({ version, ...(version === '2' && { thresholds: { 'SSH Patator': 0.9 } }) });
  return createFlowModel(metadata);
}

export async function createStages(chunks: readonly FixtureChunk[]) {
  const fixture = await createFixture(chunks);
  const { dumps } = fixture;
  const log = createRecordingLog();
  const clock = () => NOW;
  const messages: Message[] = [];
  const dead: Message[] = [];
  const delivered: Message[] = [];
  const documents = new Map<string, StoredDocument>();
  const alerts = new Map<string, number>();
  const life = { calls: 0, death: undefined as Death | undefined, isDead: false, diesInModel: false };

  /** Each call of the port may be the last. */
  function mortal<T extends object>(port: T): T {
    const guard = (): boolean => {
      if (life.isDead) throw new Error('the process is dead');
      life.calls += 1;
      const isLast = life.calls === life.death?.call;
      if (isLast && life.death?.when === 'before') {
        life.isDead = true;
        throw new Error('the process died');
      }
      return isLast;
    };
    const die = () => {
      life.isDead = true;
      throw new Error('the process died');
    };
    return new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name === 'list' || name === 'read') {
          return async function* (...values: unknown[]) {
            const isLast = guard();
            yield* member.apply(target, values);
            if (isLast) die();
          };
        }
        return async (...values: unknown[]) => {
          const isLast = guard();
          const result = await member.apply(target, values);
          if (isLast) die();
          return result;
        };
      },
    });
  }

  const send = (queue: QueueName, body: string) => messages.push({ queue, body, receives: 0 });
  const store = mortal({
    ...fixture.store,
    // As the bucket does: no object without its event.
    async put(...values: Parameters<typeof fixture.store.put>) {
      const reply = await fixture.store.put(...values);
      const [key] = values;
      const s3 = { bucket: { name: fixture.store.bucket }, object: { key } };
      if (key.endsWith('.ndjson.gz')) {
        send('results', JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', s3 }] }));
      }
      return reply;
    },
  });
  const deps = {
    store,
    dumps: mortal(dumps),
    queue: mortal({
      async send(queue: QueueName, body: string) {
        send(queue, body);
      },
    }),
    log,
    clock,
  };
  const index = mortal({
    async write(batch: readonly BulkDocument[]) {
      let superseded = 0;
      for (const document of batch) {
        const key = `${document.index}/${document.id}`;
        if ((documents.get(key)?.version ?? 0) > document.version) superseded += 1;
        else documents.set(key, { ...document, run: JSON.parse(document.source).smartids.run });
      }
      return { indexed: batch.length - superseded, superseded, refused: 0, examples: [] };
    },
    async replace({ documents: set, run }: { documents: readonly { event: { id: string } }[]; run: number }) {
      const ids = new Set(set.map(({ event }) => event.id));
      for (const id of ids) alerts.set(id, run);
      for (const [id, version] of alerts) if (!ids.has(id) && version <= run) alerts.delete(id);
    },
    async deleteOtherAttempts() {},
    async deleteEarlierRuns(_dumpId: string, _attempt: string, run: number) {
      for (const [key, document] of documents) if (document.run < run) documents.delete(key);
      for (const [id, one] of dumps.progress) if (one.run < run) dumps.progress.delete(id);
    },
  });
  const splitDeps = {
    ...deps,
    currentGeneration: async () => '000001',
    ...{ chunks: {}, flows: {}, decompression: {} },
    newAttempt: () => 'never',
  };
  const handlers = {
    'dump-events': createSplitHandler(splitDeps),
    chunks: createInferHandler({
      ...deps,
      models: {
        ...fixture.deps.models,
        infer: async (request) => {
          life.isDead ||= life.diesInModel;
          if (life.isDead) throw new Error('the process died');
          return fixture.deps.models.infer(request);
        },
      },
      flowModels: (reference = 'flow_net:1') => flowModel(reference),
      packetModels: fixture.deps.packetModels,
      packetBudget: fixture.deps.packetBudget,
      packetDocuments: 'detections',
    }),
    results: createIndexHandler({
      ...deps,
      writeDocuments: async (batch) => index.write(await Array.fromAsync(batch)),
    }),
    finished: createAlertHandler({ ...deps, alerts: index, index, sleep: async () => {} }),
    hunts: () => Promise.reject(new Error('nobody hunts here')),
  };

  async function deliver(message: Message): Promise<void> {
    delivered.push(message);
    const attributes = { ApproximateReceiveCount: String(message.receives + 1) };
    const event = { Records: [{ messageId: 'm', body: message.body, attributes }] };
    const context = {
      requestId: 'r',
      remainingMs: () => 60_000,
      signal: new AbortController().signal,
      maxReceiveCount: MAX_RECEIVES,
    };
    const { batchItemFailures } = await handlers[message.queue](event, context);
    const isBack = life.isDead || batchItemFailures.length > 0;
    life.isDead = false;
    if (!isBack) return;
    const again = { ...message, receives: message.receives + 1 };
    (again.receives < MAX_RECEIVES ? messages : dead).push(again);
  }

  /** Until the queues are empty. */
  async function run(
    options: { readonly order?: 'first' | 'last'; readonly copies?: number; readonly steps?: number } = {},
  ) {
    const { order = 'first', copies = 1, steps = Number.POSITIVE_INFINITY } = options;
    for (let step = 0; step < steps; step += 1) {
      const message = order === 'first' ? messages.shift() : messages.pop();
      if (message === undefined) return;
      for (let copy = 0; copy < copies; copy += 1) await deliver(message);
    }
  }

  /** The first analysis, as split has begun it. */
  async function analyse(): Promise<void> {
    await dumps.update(DUMP_ID, (dump) => ({ ...dump, state: 'inferring', chunks: chunks.length }));
    for (const [chunk] of chunks.entries()) send('chunks', JSON.stringify(fixture.message(chunk)));
    await run();
  }

  return {
    ...fixture,
    ...{ documents, alerts, life, messages, deadLetters: dead, delivered, log, run, analyse, send },
    rescore: (model: string, version = '2') =>
      rescoreDump({ ...deps, models: () => [{ name: 'flow_net', version, kind: 'flow' as const }] }, DUMP_ID, {
        model,
      }),
    /** What people see in the end. */
    outcome: () => {
      const { updatedAt: _, rescored, ...dump } = dumps.dumps.get(DUMP_ID) ?? fixture.dump;
      // Whichever chunk was scored last.
      const { promotedBy: __, ...report } = rescored ?? {};
      return {
        dump: { ...dump, ...(rescored && { rescored: report }) },
        documents: [...documents].map(([key, { run, version }]) => [key, run, version]).sort(),
        alerts: [...alerts].sort(),
        results: [...fixture.store.objects.keys()].filter((key) => key.startsWith('results/')).sort(),
      };
    },
  };
}
export type Stages = Awaited<ReturnType<typeof createStages>>;
