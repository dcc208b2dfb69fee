// s3 server: the embedded bucket, a server of the S3 API on a folder; it stands where S3 or MinIO would stand.
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Credential } from './authorize.ts';
import { openBlobs } from './blobs.ts';
import { openCatalogue } from './catalogue.ts';
import type { Notification } from './events.ts';
import { createHandler } from './handler.ts';
import { checkBucketName } from './operations/buckets.ts';
import { startOutbox } from './outbox.ts';
import type { Store } from './store.ts';

export interface ObjectStoreOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly region: string;
  readonly credentials: readonly Credential[];
  /** Made at the start where they are not there yet. */
  readonly buckets: readonly string[];
  readonly notifications: readonly Notification[];
  /** Resolves once the queue has stored the message; called again until it does. */
  readonly deliver: (target: string, body: string) => Promise<void>;
  /** Told of what no client is told: defects, a broken disk, a queue that does not answer. */
  readonly onError?: (error: unknown, what: string) => void;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** Nothing needs to outlast the process. */
  readonly isTemporary?: boolean;
}

export interface ObjectStore {
  readonly endpoint: string;
  readonly port: number;
  /** Let the requests under way finish for a moment, then stop. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 3_000;
const IDLE_SWEEP_MS = 20;
const HEADERS_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;

export async function startObjectStore(options: ObjectStoreOptions): Promise<ObjectStore> {
  const clock = options.clock ?? Date.now;
  const onError = options.onError ?? (() => undefined);
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const catalogue = openCatalogue(join(options.dataDir, 'catalogue.sqlite'), options.isTemporary);
  try {
    for (const name of options.buckets) {
      checkBucketName(name);
      if (!catalogue.buckets.has(name)) catalogue.buckets.add({ name, createdMs: clock() });
    }
    const blobs = await openBlobs(join(options.dataDir, 'blobs'), options.isTemporary);
    await blobs.sweep(catalogue.namesBlob);
    const outbox = startOutbox({
      catalogue,
      deliver: options.deliver,
      onFailure: (target, error) => onError(error, `event for ${target}`),
    });
    const store: Store = {
      region: options.region,
      clock,
      catalogue,
      blobs,
      notifications: options.notifications,
      wakeOutbox: outbox.wake,
    };
    const verifier = {
      region: options.region,
      credentials: new Map(options.credentials.map((entry) => [entry.accessKeyId, entry.secretAccessKey])),
      clock,
    };
    const handle = createHandler({ store, verifier, onError: (error, id) => onError(error, `request ${id}`) });
    const underWay = new Set<Promise<void>>();
    const track = (work: Promise<void>) => {
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    };
    const server = createServer({
      requestTimeout: 0,
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAlive: true,
    });
    server.on('request', (message, response) => track(handle(message, response, false)));
    server.on('checkContinue', (message, response) => track(handle(message, response, true)));
    const port = await listen(server, options.port, options.host);
    return {
      endpoint: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
      port,
      close: once(async () => {
        await stopServer(server);
        await Promise.allSettled(underWay);
        await outbox.close();
        await blobs.settle();
        catalogue.close();
      }),
    };
  } catch (error) {
    catalogue.close();
    throw error;
  }
}

/** Closing twice is waiting for the one close. */
function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= close();
    return closing;
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    // a connection is idle only some time after its last answer: look again
    const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
