// The event source mapping against a real queue server and real worker threads.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../lib/log/log.ts';
import type { MessageQueue } from '../../lib/queue/message-queue.ts';
import { createMessageQueue, createSqsClient } from '../../lib/queue/sqs-message-queue.ts';
import { type EventSource, startEventSource } from '../../local/runtime/event-source.ts';
import { createExecutionEnvironment, type ExecutionEnvironment } from '../../local/runtime/execution-environment.ts';
import type { FunctionMapping } from '../../local/runtime/function-mapping.ts';
import { createQueues, type EmbeddedQueue, startEmbeddedQueue } from '../../local/stack/embedded-queue.ts';

const KEY = { accessKeyId: 'SITESTTESTTESTTEST', secretAccessKey: 'x'.repeat(40) };
const MODULE = new URL('../support/functions/scripted-function.ts', import.meta.url);
const log = createLog({ level: 'silent', name: 'test' });

let folder: string;
let queues: EmbeddedQueue;
let client: SQSClient;
let messages: MessageQueue;
let running: { source: EventSource; environment: ExecutionEnvironment } | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-runtime-'));
  queues = await startEmbeddedQueue({
    dataDir: join(folder, 'q'),
    host: '127.0.0.1',
    port: 0,
    region: 'us-east-1',
    ...KEY,
  });
  const config = { region: 'us-east-1', endpoint: queues.endpoint, urlPrefix: queues.urlPrefix, ...KEY };
  client = createSqsClient(config);
  messages = createMessageQueue(config);
  await createQueues(client, 2, 2000);
});

afterEach(async () => {
  await stop();
  for (const name of ['chunks', 'chunks-dlq']) {
    await client.send(new PurgeQueueCommand({ QueueUrl: `${queues.urlPrefix}${name}` }));
  }
});

afterAll(async () => {
  client.destroy();
  await queues.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(mapping: Partial<FunctionMapping> = {}): void {
  const full: FunctionMapping = {
    functionName: 'infer',
    queue: 'chunks',
    batchSize: 1,
    concurrency: 1,
    timeoutMs: 60_000,
    visibilityTimeoutMs: 1000,
    maxReceiveCount: 3,
    ...mapping,
  };
  const environment = createExecutionEnvironment({ module: MODULE, variables: {}, memoryMib: 128 });
  const queueUrl = `${queues.urlPrefix}${full.queue}`;
  running = { environment, source: startEventSource({ mapping: full, queueUrl, client, environment, log }) };
}

async function stop(): Promise<void> {
  const stopping = running?.source.stop();
  await running?.environment.stop(1000);
  await stopping;
  running = undefined;
}

async function count(queue: string): Promise<{ visible: number; hidden: number }> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: `${queues.urlPrefix}${queue}`, AttributeNames: ['All'] }),
  );
  return {
    visible: Number(Attributes['ApproximateNumberOfMessages']),
    hidden: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
  };
}

const send = (step: unknown) => messages.send('chunks', JSON.stringify(step));
const untilCounts = (queue: string, expected: { visible: number; hidden: number }) =>
  vi.waitFor(async () => expect(await count(queue)).toEqual(expected), { timeout: 20_000, interval: 50 });
const read = (file: string) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

describe('an event source mapping', () => {
  it('acknowledges what succeeded', async () => {
    await send({ do: 'succeed' });
    await send({ do: 'succeed' });
    start({ batchSize: 10 });
    await untilCounts('chunks', { visible: 0, hidden: 0 });
    expect(await count('chunks-dlq')).toEqual({ visible: 0, hidden: 0 });
  });

  it('returns only the failed message of a batch, and gives it up to the dead-letter queue after its last receive', async () => {
    await send({ do: 'succeed' });
    await send({ do: 'fail' });
    start({ batchSize: 10 });
    await untilCounts('chunks-dlq', { visible: 1, hidden: 0 });
    expect(await count('chunks')).toEqual({ visible: 0, hidden: 0 });
  });

  it('returns the whole batch when the function throws, dies, or names a message that it was not given', async () => {
    for (const step of ['throw', 'exit', 'unknown-identifier']) {
      await send({ do: step });
      start();
      await untilCounts('chunks-dlq', { visible: 1, hidden: 0 });
      await stop();
      await client.send(new PurgeQueueCommand({ QueueUrl: `${queues.urlPrefix}chunks-dlq` }));
    }
  });

  it('tells at boot that a module cannot be loaded', async () => {
    const module = new URL('../support/functions/no-such-function.ts', import.meta.url);
    const environment = createExecutionEnvironment({ module, variables: {}, memoryMib: 128 });
    await expect(environment.boot()).rejects.toThrow(/no-such-function/);
  });

  it('goes on after a function died: the next message gets a fresh thread', async () => {
    const file = join(folder, 'after-death');
    await send({ do: 'exit' });
    start({ maxReceiveCount: 3 });
    await send({ do: 'succeed', file });
    await vi.waitFor(() => expect(read(file)).toBe('3'), { timeout: 20_000 });
  });

  it('keeps a message hidden by heartbeats for longer than its visibility', async () => {
    const file = join(folder, 'heartbeat');
    await send({ do: 'sleep', ms: 3500, file });
    start({ visibilityTimeoutMs: 1000 });
    await sleep(2500);
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: `${queues.urlPrefix}chunks` }));
    expect(Messages ?? []).toEqual([]);
    await untilCounts('chunks', { visible: 0, hidden: 0 });
    expect(read(file)).toBe('3');
  });

  it('tells a function to stop before its deadline', async () => {
    const file = join(folder, 'deadline');
    await send({ do: 'hang', file });
    start({ timeoutMs: 1000 });
    await vi.waitFor(() => expect(read(file)).toBe('aborted'), { timeout: 5000 });
  });

  it('stopping aborts what runs and gives its message back', async () => {
    const file = join(folder, 'stopped');
    // A queue that nobody polled before: a long poll of an earlier test, whose client is gone, would catch the message.
    await messages.send('finished', JSON.stringify({ do: 'hang', file }));
    start({ queue: 'finished' });
    await running?.environment.boot();
    await untilCounts('finished', { visible: 0, hidden: 1 });
    await sleep(300);
    await stop();
    expect(read(file)).toBe('aborted');
    expect(await count('finished')).toEqual({ visible: 1, hidden: 0 });
  });
});

describe('the embedded queue', () => {
  it('refuses another access key', async () => {
    const other = createMessageQueue({
      region: 'us-east-1',
      endpoint: queues.endpoint,
      urlPrefix: queues.urlPrefix,
      accessKeyId: 'SOMEBODYELSE',
      secretAccessKey: 'x',
    });
    await expect(other.send('chunks', 'hello')).rejects.toThrow(/AccessDenied/);
  });

  it('that is temporary hands messages on and leaves no file behind', async () => {
    const options = { dataDir: join(folder, 'temporary'), host: '127.0.0.1', port: 0, region: 'us-east-1', ...KEY };
    const queue = await startEmbeddedQueue({ ...options, isTemporary: true });
    const config = { region: 'us-east-1', endpoint: queue.endpoint, urlPrefix: queue.urlPrefix, ...KEY };
    const own = createSqsClient(config);
    await createQueues(own, 3, 2000);
    await createMessageQueue(config).send('results', 'hello');
    const { Messages } = await own.send(new ReceiveMessageCommand({ QueueUrl: `${queue.urlPrefix}results` }));
    expect(Messages?.map((message) => message.Body)).toEqual(['hello']);
    own.destroy();
    await queue.close();
    expect(existsSync(options.dataDir)).toBe(false);
  });

  it('keeps messages over a restart, and shows those at once that somebody had received before', async () => {
    const dataDir = join(folder, 'restart');
    const options = { dataDir, host: '127.0.0.1', port: 0, region: 'us-east-1', ...KEY };
    const first = await startEmbeddedQueue(options);
    const config = (queue: EmbeddedQueue) => ({
      region: 'us-east-1',
      endpoint: queue.endpoint,
      urlPrefix: queue.urlPrefix,
      ...KEY,
    });
    const firstClient = createSqsClient(config(first));
    await createQueues(firstClient, 3, 2000);
    await createMessageQueue(config(first)).send('results', 'kept');
    const hide = { QueueUrl: `${first.urlPrefix}results`, VisibilityTimeout: 600 };
    expect((await firstClient.send(new ReceiveMessageCommand(hide))).Messages).toHaveLength(1);
    firstClient.destroy();
    await first.close();
    const second = await startEmbeddedQueue(options);
    const secondClient = createSqsClient(config(second));
    await createQueues(secondClient, 3, 2000);
    const { Messages } = await secondClient.send(new ReceiveMessageCommand({ QueueUrl: `${second.urlPrefix}results` }));
    expect(Messages?.map((message) => message.Body)).toEqual(['kept']);
    secondClient.destroy();
    await second.close();
  });
});
