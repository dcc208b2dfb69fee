// api: whether the parts that requests depend on answer, each within a second or two.

import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { formatModelReference } from '../../lib/model/model-reference.ts';
import type { ApiDeps } from './api-deps.ts';

const PING_TIMEOUT_MS = 2000;
/** No such object exists; a bucket that says so is up. */
const PROBE_KEY = 'health/none';

/** `packets-not-scored`: of the packet model only, whose word is a hint: no dump waits for it. */
export const MODEL_SERVER_STATES = [
  'ok',
  'unreachable',
  'not-ready',
  'model-missing',
  'model-mismatch',
  'packets-not-scored',
] as const;
type ModelServerState = (typeof MODEL_SERVER_STATES)[number];
/** All is well as far as dumps go on. */
const GOING_ON: readonly ModelServerState[] = ['ok', 'packets-not-scored'];

export interface Health {
  /** `degraded`: every request is answered, but new dumps wait for a part of the pipeline. */
  readonly status: 'up' | 'degraded' | 'down';
  readonly parts: Readonly<Record<string, 'up' | 'down'>>;
  /** Only where models run on a server of their own. */
  readonly modelServer?: { readonly state: ModelServerState; readonly message: string };
}

export async function readHealth(deps: Pick<ApiDeps, 'store' | 'search' | 'modelServer' | 'log'>): Promise<Health> {
  const [bucket, index, modelServer] = await Promise.all([
    answers('bucket', pingBucket(deps.store), deps.log),
    answers('index', deps.search.ping(), deps.log),
    readModelServer(deps),
  ]);
  const isUp = bucket === 'up' && index === 'up';
  if (modelServer === undefined) return { status: isUp ? 'up' : 'down', parts: { bucket, index } };
  const model = GOING_ON.includes(modelServer.state) ? 'up' : 'down';
  const status = !isUp ? 'down' : model === 'up' ? 'up' : 'degraded';
  return { status, parts: { bucket, index, 'model-server': model }, modelServer };
}

/** The reply is open to all: it names models, the log names addresses. */
async function readModelServer({
  modelServer,
  log,
}: Pick<ApiDeps, 'modelServer' | 'log'>): Promise<Health['modelServer']> {
  if (modelServer === undefined) return undefined;
  const { server, models } = modelServer;
  for (const model of models) {
    const readiness = await server.ready(model.name, model.version, { timeoutMs: PING_TIMEOUT_MS });
    if (readiness.ready) continue;
    const { reason } = readiness;
    const name = formatModelReference(model);
    log.warn({ part: 'model-server', model: name, reason: readiness.message }, 'a part does not answer as expected');
    const message = MODEL_SERVER_WORDS[reason](name);
    const isLeftOut = model.kind === 'packet' && (reason === 'model-missing' || reason === 'model-mismatch');
    if (isLeftOut)
      return { state: 'packets-not-scored', message: `${message} Flows are scored, packets are only counted.` };
    return { state: reason, message };
  }
  return { state: 'ok', message: 'The model server has every model.' };
}

const MODEL_SERVER_WORDS = {
  unreachable: () => 'The model server does not answer.',
  'not-ready': (model: string) => `The model server answers, but its model ${model} is not ready.`,
  'model-missing': (model: string) => `The model server has no model ${model}.`,
  'model-mismatch': (model: string) => `The model server has another model under the name ${model} than expected.`,
} as const;

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
