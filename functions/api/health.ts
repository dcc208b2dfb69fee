// api: whether the parts that requests depend on answer, each within a second or two.

import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ApiDeps } from './api-deps.ts';

const PING_TIMEOUT_MS = 2000;
/** No such object exists; a bucket that says so is up. */
const PROBE_KEY = 'health/none';

export interface Health {
  readonly status: 'up' | 'down';
  readonly parts: Readonly<Record<string, 'up' | 'down'>>;
}

export async function readHealth(deps: Pick<ApiDeps, 'store' | 'search' | 'log'>): Promise<Health> {
  const [bucket, index] = await Promise.all([
    answers('bucket', pingBucket(deps.store), deps.log),
    answers('index', deps.search.ping(), deps.log),
  ]);
  const parts = { bucket, index };
  return { status: bucket === 'up' && index === 'up' ? 'up' : 'down', parts };
}

async function pingBucket(store: ApiDeps['store']): Promise<void> {
  try {
    await store.head(PROBE_KEY, { signal: AbortSignal.timeout(PING_TIMEOUT_MS) });
  } catch (error) {
    if (!(error instanceof PipelineError && error.code === 'object-deleted')) throw error;
  }
}

async function answers(part: string, ping: Promise<void>, log: ApiDeps['log']): Promise<'up' | 'down'> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${PING_TIMEOUT_MS} ms`)), PING_TIMEOUT_MS);
  try {
    await Promise.race([ping, late]);
    return 'up';
  } catch (error) {
    log.warn({ part, err: error }, 'a part does not answer');
    return 'down';
  } finally {
    clearTimeout(timer);
  }
}
