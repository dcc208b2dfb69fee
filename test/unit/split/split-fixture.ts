// split: a bucket, queues and a register in memory, and small captures to drop.

import { randomUUID } from 'node:crypto';
import type { SplitDeps } from '../../../functions/split/split-deps.ts';
import type { InvocationContext } from '../../../lib/lambda/sqs-event.ts';
import { createMemoryDumpRegister } from '../../support/memory-dump-register.ts';
import { createMemoryObjectStore } from '../../support/memory-object-store.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

export interface SentMessage {
  readonly queue: string;
  readonly body: string;
}

export function createSplitFixture() {
  const store = createMemoryObjectStore();
  const dumps = createMemoryDumpRegister();
  const sent: SentMessage[] = [];
  const log = createRecordingLog();
  let now = Date.UTC(2026, 10, 23);
  const deps: SplitDeps = {
    store,
    dumps,
    queue: {
      async send(queue, body) {
        sent.push({ queue, body });
      },
    },
    currentGeneration: async () => '000001',
    chunks: {},
    flows: {},
    decompression: {},
    log,
    clock: () => {
      now += 10;
      return new Date(now);
    },
    newAttempt: () => randomUUID(),
  };
  return { deps, store, dumps, sent, log };
}

/** The queue's message about a created object. */
export function objectEvent(key: string, options: { readonly etag?: string; readonly receiveCount?: number } = {}) {
  const object = { key: encodeURIComponent(key), ...(options.etag !== undefined && { eTag: options.etag }) };
  const body = JSON.stringify({
    Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'test-bucket' }, object } }],
  });
  const attributes = { ApproximateReceiveCount: String(options.receiveCount ?? 1) };
  return { Records: [{ messageId: 'message-1', body, attributes }] };
}

export function invocation(signal: AbortSignal = new AbortController().signal): InvocationContext {
  return { requestId: 'request-1', remainingMs: () => 60_000, signal, maxReceiveCount: 5 };
}
