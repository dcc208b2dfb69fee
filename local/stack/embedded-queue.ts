// stack: the embedded queue server: fauxqs' SQS with SQLite persistence, on the loopback address only.

import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { QUEUE_NAMES } from '../../lib/queue/message-queue.ts';

export interface EmbeddedQueue {
  readonly endpoint: string;
  /** Queue URL up to the queue's name. */
  readonly urlPrefix: string;
  close(): Promise<void>;
}

export interface EmbeddedQueueOptions {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly region: string;
  /** Requests signed with another access key are refused; it is minted per data folder and printed nowhere. */
  readonly accessKeyId: string;
  /** Nothing needs to outlast the process: messages are kept in memory only. */
  readonly isTemporary?: boolean;
}

const ACCOUNT_ID = '000000000000';

/** What `startFauxqs` builds from, by the two modules of the pinned version that its package does not export. */
interface Store {
  persistence: unknown;
  allQueues(): Iterable<StoredQueue>;
  shutdown(): void;
}
interface StoredQueue {
  persistence: unknown;
  readonly inflightMessages: ReadonlyMap<string, unknown>;
  changeVisibility(receiptHandle: string, seconds: number): void;
}
interface Persistence {
  loadSqsAndSns(sqs: Store, sns: unknown): void;
  updateMessageReady(messageId: string): void;
  close(): void;
}

/**
 * fauxqs' own `startFauxqs` listens on every interface and checks no signature, so that anyone on the network could
 * queue work: its parts are assembled here instead, on one address, for one access key, with its S3 and SNS shut.
 */
export async function startEmbeddedQueue(options: EmbeddedQueueOptions): Promise<EmbeddedQueue> {
  if (options.isTemporary !== true) mkdirSync(options.dataDir, { recursive: true });
  const root = import.meta.resolve('fauxqs');
  const { SqsStore } = (await import(new URL('./sqs/sqsStore.js', root).href)) as { SqsStore: new () => Store };
  const { SnsStore } = (await import(new URL('./sns/snsStore.js', root).href)) as { SnsStore: new () => unknown };
  const { S3Store } = (await import(new URL('./s3/s3Store.js', root).href)) as { S3Store: new () => unknown };
  const { PersistenceManager } = (await import(new URL('./persistence.js', root).href)) as {
    PersistenceManager: new (dataDir: string) => Persistence;
  };

  const sqsStore = new SqsStore();
  const snsStore = new SnsStore();
  const persistence = options.isTemporary === true ? undefined : new PersistenceManager(options.dataDir);
  if (persistence !== undefined) restore(persistence, sqsStore, snsStore);

  const stores = { sqsStore, snsStore, s3Store: new S3Store() };
  const app = buildApp({
    logger: false,
    host: options.host,
    defaultRegion: options.region,
    stores: stores as unknown as NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>, // the very classes
  });
  const credential = `Credential=${options.accessKeyId}/`;
  app.addHook('onRequest', async (request, reply) => {
    const target = request.headers['x-amz-target'];
    const allowed = typeof target === 'string' && target.startsWith('AmazonSQS.');
    if (!allowed || !request.headers.authorization?.includes(credential)) {
      await reply
        .status(403)
        .send({ __type: 'com.amazonaws.sqs#AccessDenied', message: 'unknown access key or no SQS request' });
    }
  });
  app.addHook('preClose', () => {
    sqsStore.shutdown();
    persistence?.close();
  });
  await app.listen({ port: options.port, host: options.host });
  const { port } = app.server.address() as AddressInfo; // a TCP server has an address with a port
  const endpoint = `http://${options.host}:${port}`;
  return { endpoint, urlPrefix: `${endpoint}/${ACCOUNT_ID}/`, close: () => app.close() };
}

function restore(persistence: Persistence, sqsStore: Store, snsStore: unknown): void {
  // In 2.4.1 this writes NULL into a NOT NULL column: a message made visible at once (timeout 0) threw half-way and was
  // lost. Left as it is on disk the message is merely hidden there, and a restart makes every hidden one visible (below).
  persistence.updateMessageReady = () => {};
  persistence.loadSqsAndSns(sqsStore, snsStore);
  sqsStore.persistence = persistence;
  for (const queue of sqsStore.allQueues()) {
    queue.persistence = persistence;
    // Whoever had received these is gone with the process before: they need not wait for their visibility to end.
    for (const receiptHandle of [...queue.inflightMessages.keys()]) queue.changeVisibility(receiptHandle, 0);
  }
}

/** Create the pipeline's queues and their dead-letter twins; harmless when they exist. */
export async function createQueues(
  client: SQSClient,
  maxReceiveCount: number,
  visibilityTimeoutMs: number,
): Promise<void> {
  for (const name of QUEUE_NAMES) {
    const retention = { MessageRetentionPeriod: String(14 * 24 * 3600) };
    const dead = await client.send(new CreateQueueCommand({ QueueName: `${name}-dlq`, Attributes: retention }));
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: dead.QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const live = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: retention }));
    await client.send(
      new SetQueueAttributesCommand({
        QueueUrl: live.QueueUrl,
        Attributes: {
          VisibilityTimeout: String(Math.ceil(visibilityTimeoutMs / 1000)),
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount }),
        },
      }),
    );
  }
}
