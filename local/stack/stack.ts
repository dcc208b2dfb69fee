// stack: the whole product in one process: bucket, queues, index, functions and API over one data folder.

import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApiServer } from '../../functions/api/wiring.ts';
import { createExpireHandler } from '../../functions/expire/wiring.ts';
import { readEnvironment } from '../../lib/config/environment.ts';
import type { VariableName } from '../../lib/config/variables.ts';
import type { Log } from '../../lib/log/log.ts';
import { disableTelemetry } from '../../lib/onnx/disable-telemetry.ts';
import { bootstrapIndexes } from '../../lib/opensearch/bootstrap.ts';
import { createSearchClient } from '../../lib/opensearch/search-client.ts';
import { createMessageQueue, createSqsClient } from '../../lib/queue/sqs-message-queue.ts';
import { startSearchEngine } from '../opensearch/server.ts';
import { FUNCTION_MAPPINGS, withTimeout } from '../runtime/function-mapping.ts';
import { startRuntime } from '../runtime/runtime.ts';
import { startObjectStore } from '../s3/server.ts';
import type { StackCredentials } from './credentials.ts';
import { createQueues, startEmbeddedQueue } from './embedded-queue.ts';
import { endOnDeath } from './end-on-death.ts';
import { startSchedule } from './schedule.ts';

export interface StackOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly ports: { readonly api: number; readonly s3: number; readonly sqs: number; readonly search: number };
  readonly bucket: string;
  readonly region: string;
  readonly credentials: StackCredentials;
  readonly searchMemoryMib: number;
  /** What functions and the API reach the index through; resolves to its URL. */
  readonly searchProxy?: ((endpoint: string) => Promise<string>) | undefined;
  /** Values for the functions beyond those that follow from the stack itself. */
  readonly variables: Readonly<Partial<Record<VariableName, string>>>;
  readonly log: Log;
  /** Its data folder goes with its process: it waits for no disk. */
  readonly isTemporary?: boolean;
}

export interface Stack {
  readonly apiUrl: string;
  readonly s3Url: string;
  readonly sqsUrl: string;
  readonly searchUrl: string;
  /** Ends the parts in the order of the data: nothing new comes in, work in hand goes back to its queue. */
  close(): Promise<void>;
}

/** Where the object events of the bucket go, as `cdk` configures S3. */
const NOTIFICATIONS = [
  { id: 'dumps', prefix: 'dumps/', suffix: '', target: 'dump-events' },
  { id: 'results', prefix: 'results/', suffix: '.ndjson.gz', target: 'results' },
] as const;

/** Read by the runtime itself, not by a function. */
const RUNTIME_VARIABLES = ['SMARTIDS_SPLIT_TIMEOUT_SECONDS'] as const;

const EXPIRE_EVERY_MS = 3_600_000;

const MODEL_REPOSITORY = fileURLToPath(new URL('../../triton/models', import.meta.url));
const [{ maxReceiveCount, visibilityTimeoutMs } = { maxReceiveCount: 5, visibilityTimeoutMs: 120_000 }] =
  FUNCTION_MAPPINGS;

export async function startStack(options: StackOptions): Promise<Stack> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await startParts(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function startParts(
  options: StackOptions,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Stack> {
  const { dataDir, host, ports, bucket, region, credentials, log, isTemporary = false } = options;
  // Payload text of captures lies below: for the owner's eyes only.
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  disableTelemetry();

  const search = await startSearchEngine({
    file: join(dataDir, 'search.duckdb'),
    host,
    port: ports.search,
    memoryLimitMiB: options.searchMemoryMib,
    threads: 2,
  });
  closers.push(() => search.close());
  void endOnDeath(search, log);

  const queues = await startEmbeddedQueue({
    dataDir: join(dataDir, 'queues'),
    host,
    port: ports.sqs,
    region,
    accessKeyId: credentials.sqs.accessKeyId,
    isTemporary,
  });
  closers.push(() => queues.close());
  const sqs = { region, endpoint: queues.endpoint, urlPrefix: queues.urlPrefix, ...credentials.sqs };
  const sqsClient = createSqsClient(sqs);
  closers.push(async () => sqsClient.destroy());
  await createQueues(sqsClient, maxReceiveCount, visibilityTimeoutMs);
  const messages = createMessageQueue(sqs);

  const store = await startObjectStore({
    dataDir: join(dataDir, 'bucket'),
    host,
    port: ports.s3,
    region,
    credentials: [credentials.s3],
    buckets: [bucket],
    notifications: NOTIFICATIONS.map((notification) => ({ ...notification, bucket })),
    deliver: (target, body) => messages.send(queueNamed(target), body),
    isTemporary,
  });
  closers.push(() => store.close());

  const client = createSearchClient({ node: search.endpoint });
  closers.push(() => client.close());
  await bootstrapIndexes(client);

  const variables: Partial<Record<VariableName, string>> = {
    SMARTIDS_MODEL_REPOSITORY: MODEL_REPOSITORY,
    SMARTIDS_LOG_LEVEL: 'info',
    ...options.variables,
    SMARTIDS_BUCKET: bucket,
    SMARTIDS_REGION: region,
    SMARTIDS_S3_ENDPOINT: store.endpoint,
    SMARTIDS_S3_ACCESS_KEY_ID: credentials.s3.accessKeyId,
    SMARTIDS_S3_SECRET_ACCESS_KEY: credentials.s3.secretAccessKey,
    SMARTIDS_SQS_ENDPOINT: queues.endpoint,
    SMARTIDS_SQS_ACCESS_KEY_ID: credentials.sqs.accessKeyId,
    SMARTIDS_SQS_SECRET_ACCESS_KEY: credentials.sqs.secretAccessKey,
    SMARTIDS_SQS_URL_PREFIX: queues.urlPrefix,
    SMARTIDS_OPENSEARCH_URL: (await options.searchProxy?.(search.endpoint)) ?? search.endpoint,
  };
  const { SMARTIDS_SPLIT_TIMEOUT_SECONDS: splitSeconds } = readEnvironment(RUNTIME_VARIABLES, variables);
  const runtime = await startRuntime({
    mappings: withTimeout(FUNCTION_MAPPINGS, 'split', splitSeconds * 1000),
    variables,
    client: sqsClient,
    queueUrlPrefix: queues.urlPrefix,
    log,
  });
  closers.push(() => runtime.stop());

  const expire = createExpireHandler(variables);
  const schedule = startSchedule({ everyMs: EXPIRE_EVERY_MS, work: (signal) => expire({}, { signal }), log });
  closers.push(() => schedule.stop());

  const apiUrl = await startApi(options, variables, closers);
  return { apiUrl, s3Url: store.endpoint, sqsUrl: queues.endpoint, searchUrl: search.endpoint, close };
}

async function startApi(
  { host, ports, credentials }: StackOptions,
  variables: Partial<Record<VariableName, string>>,
  closers: (() => Promise<void>)[],
): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(ports.api, host, resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP server has an address with a port
  const url = `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const app = createApiServer({ ...variables, SMARTIDS_API_KEY: credentials.apiKey, SMARTIDS_PUBLIC_URL: url });
  server.on('request', app);
  closers.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  return url;
}

function queueNamed(target: string): (typeof NOTIFICATIONS)[number]['target'] {
  const known = NOTIFICATIONS.find((notification) => notification.target === target);
  if (known === undefined) throw new Error(`no queue is called ${target}`);
  return known.target;
}
