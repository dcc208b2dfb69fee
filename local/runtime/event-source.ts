// runtime: one event source mapping: receives from a queue, invokes the function, keeps its messages hidden, acknowledges what succeeded.

import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { Log } from '../../lib/log/log.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionMapping } from './function-mapping.ts';

export interface EventSource {
  stop(): Promise<void>;
}

export interface EventSourceOptions {
  readonly mapping: FunctionMapping;
  readonly queueUrl: string;
  readonly client: SQSClient;
  readonly environment: ExecutionEnvironment;
  readonly log: Log;
}

const LONG_POLL_SECONDS = 20;
/** A failed message is tried again after 1, 2, 4, … seconds, at most this many. */
const MAX_BACKOFF_SECONDS = 60;
const RECEIVE_ERROR_PAUSE_MS = 1000;

const batchResponseSchema = z.looseObject({
  batchItemFailures: z.array(z.looseObject({ itemIdentifier: z.string() })).default([]),
});

/** One loop; a mapping's concurrency is so many loops, each with an execution environment of its own. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const controller = new AbortController();
  const done = loop(options, controller.signal);
  return {
    async stop() {
      controller.abort();
      await done;
    },
  };
}

async function loop(options: EventSourceOptions, signal: AbortSignal): Promise<void> {
  const { mapping, client, queueUrl, log } = options;
  const receive = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: mapping.batchSize,
    WaitTimeSeconds: LONG_POLL_SECONDS,
    VisibilityTimeout: Math.ceil(mapping.visibilityTimeoutMs / 1000),
    MessageSystemAttributeNames: ['All'],
  });
  while (!signal.aborted) {
    try {
      const { Messages = [] } = await client.send(receive, { abortSignal: signal });
      if (Messages.length > 0) await serve(Messages, options, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ queue: mapping.queue, err: error }, 'receive failed');
      await new Promise((resolve) => setTimeout(resolve, RECEIVE_ERROR_PAUSE_MS));
    }
  }
}

async function serve(messages: readonly Message[], options: EventSourceOptions, signal: AbortSignal): Promise<void> {
  const { mapping, environment, log } = options;
  const heartbeat = setInterval(
    () => void changeVisibility(messages, () => Math.ceil(mapping.visibilityTimeoutMs / 1000), options),
    mapping.visibilityTimeoutMs / 3,
  );
  let failed: ReadonlySet<string | undefined>;
  try {
    const reply = await environment.invoke({ Records: messages.map(toRecord) }, mapping);
    failed = failuresOf(reply, messages);
  } catch (error) {
    // A message that was being worked on when the runtime stopped has done nothing wrong: it comes back at once.
    if (!signal.aborted) log.error({ function: mapping.functionName, err: error }, 'invocation failed');
    failed = new Set(messages.map((message) => message.MessageId));
  } finally {
    clearInterval(heartbeat);
  }
  await acknowledge(
    messages.filter((message) => !failed.has(message.MessageId)),
    options,
  );
  await changeVisibility(
    messages.filter((message) => failed.has(message.MessageId)),
    (message) => (signal.aborted ? 0 : Math.min(2 ** (receiveCount(message) - 1), MAX_BACKOFF_SECONDS)),
    options,
  );
}

/** As Lambda reads the reply: an unknown identifier or an unreadable reply fails the whole batch. */
function failuresOf(reply: unknown, messages: readonly Message[]): ReadonlySet<string | undefined> {
  const all = new Set(messages.map((message) => message.MessageId));
  const parsed = batchResponseSchema.safeParse(reply ?? {});
  if (!parsed.success) return all;
  const failed = new Set(parsed.data.batchItemFailures.map((item) => item.itemIdentifier));
  return failed.isSubsetOf(all) ? failed : all;
}

function toRecord(message: Message) {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ...message.Attributes },
    messageAttributes: {},
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
  };
}

function receiveCount(message: Message): number {
  return Number(message.Attributes?.ApproximateReceiveCount ?? 1);
}

async function acknowledge(messages: readonly Message[], { client, queueUrl, log }: EventSourceOptions): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map((message, i) => ({ Id: String(i), ReceiptHandle: message.ReceiptHandle ?? '' }));
  try {
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  } catch (error) {
    log.warn({ err: error }, 'acknowledging failed: the messages will come again');
  }
}

async function changeVisibility(
  messages: readonly Message[],
  seconds: (message: Message) => number,
  { client, queueUrl, log }: EventSourceOptions,
): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map((message, i) => ({
    Id: String(i),
    ReceiptHandle: message.ReceiptHandle ?? '',
    VisibilityTimeout: seconds(message),
  }));
  try {
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  } catch (error) {
    log.warn({ err: error }, 'changing visibility failed');
  }
}
