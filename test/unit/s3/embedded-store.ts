// Starts the embedded bucket in a folder of its own, for the tests of this room.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ObjectStore, type ObjectStoreOptions, startObjectStore } from '../../../local/s3/server.ts';
import type { RawTarget } from './raw-client.ts';

export const CREDENTIALS = { accessKeyId: 'AKIDTESTTESTTEST', secretAccessKey: 'secret/of+the-tests' };
export const BUCKET = 'captures';

export interface EmbeddedStore {
  readonly store: ObjectStore;
  readonly target: RawTarget;
  readonly dataDir: string;
  readonly errors: unknown[];
  readonly delivered: { readonly target: string; readonly body: string }[];
  close(): Promise<void>;
}

/** Start it; with `dataDir` in an existing folder, which is then left in place. */
export async function startEmbedded(options: Partial<ObjectStoreOptions> = {}): Promise<EmbeddedStore> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'smart-ids-s3-')));
  const delivered: { target: string; body: string }[] = [];
  const errors: unknown[] = [];
  const store = await startObjectStore({
    host: '127.0.0.1',
    port: 0,
    region: 'us-east-1',
    credentials: [CREDENTIALS],
    buckets: [BUCKET],
    notifications: [{ id: 'dumps', bucket: BUCKET, prefix: 'dumps/', suffix: '', target: 'dump-events' }],
    deliver: async (target, body) => {
      delivered.push({ target, body });
    },
    onError: (error) => errors.push(error),
    ...options,
    dataDir,
  });
  return {
    store,
    target: { endpoint: store.endpoint, region: options.region ?? 'us-east-1', ...CREDENTIALS },
    dataDir,
    errors,
    delivered,
    async close() {
      await store.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
