// split: a run's chunks sent on: to infer, and once all of them are scored, their results to index.

import { CHUNK_MESSAGE_VERSION, type ChunkMessage } from '../../lib/chunk/message.ts';
import { RESULTS, type ResultsMessage } from '../../lib/chunk/results-message.ts';
import type { Dump } from '../../lib/dump/dump.ts';
import { finishDump } from '../../lib/dump/finish-dump.ts';
import { failRescore, finishRescore } from '../../lib/dump/finish-rescore.ts';
import type { RescoreMessage } from '../../lib/dump/rescore-message.ts';
import { currentRun } from '../../lib/dump/rescoring.ts';
import { isPermanent, PipelineError } from '../../lib/errors/pipeline-error.ts';
import { readManifest } from '../../lib/records/read-manifest.ts';
import { failAnalysis } from './fail-analysis.ts';
import type { SplitDeps } from './split-deps.ts';
import type { LegTime } from './split-leg.ts';

/** Chunks sent at once. */
const WINDOW = 16;

/** `scoring`: its chunks go to infer. `indexing`: the run was promoted, its results go to index. */
type Phase = 'scoring' | 'indexing';

/** A message about another version, or a run that is over, is only acknowledged. Sending a chunk twice does no harm. */
export async function rescoreDump(deps: SplitDeps, message: RescoreMessage, time: LegTime): Promise<void> {
  const { dumpId, run } = message;
  const dump = await deps.dumps.get(dumpId);
  const phase = dump && phaseOf(dump, message);
  if (dump === undefined || phase === undefined) {
    deps.log.info({ dumpId, run }, 'no run that waits for its chunks');
    return;
  }
  try {
    const sent = await sendChunks(deps, dump, message, phase, time);
    deps.log.info({ dumpId, run, phase, from: message.chunk, sent }, 'chunks sent on');
  } catch (error) {
    if (await isOver(deps, message, phase)) return;
    if (isPermanent(error) || time.isLastTry) await fail(deps, message, phase, error);
    throw error;
  }
}

function phaseOf(dump: Dump, { etag, attempt, run }: RescoreMessage): Phase | undefined {
  if (dump.etag !== etag || dump.attempt !== attempt || dump.chunks === undefined) return undefined;
  if (dump.rescoring?.run === run) return dump.rescoring.state === 'running' ? 'scoring' : undefined;
  return currentRun(dump) === run && dump.state !== 'ready' ? 'indexing' : undefined;
}

async function isOver(deps: SplitDeps, message: RescoreMessage, phase: Phase): Promise<boolean> {
  const dump = await deps.dumps.get(message.dumpId);
  return dump === undefined || phaseOf(dump, message) !== phase;
}

/** All of them, or as many as there is time for: the rest is left to a message of its own. */
async function sendChunks(deps: SplitDeps, dump: Dump, message: RescoreMessage, phase: Phase, time: LegTime) {
  const { chunks = 0 } = dump;
  const send = phase === 'scoring' ? sendToInfer : sendToIndex;
  for (let from = message.chunk; from < chunks; from += WINDOW) {
    if (time.signal.aborted && from > message.chunk) {
      await deps.queue.send('dump-events', JSON.stringify({ ...message, chunk: from } satisfies RescoreMessage));
      return from - message.chunk;
    }
    const window = Array.from({ length: Math.min(WINDOW, chunks - from) }, (_, i) => from + i);
    await Promise.all(window.map((chunk) => send(deps, dump, message, chunk)));
  }
  // Without chunks nobody writes the progress that moves a run on.
  if (chunks === 0) await (phase === 'scoring' ? finishRescore(deps, message) : finishDump(deps, message));
  return chunks - message.chunk;
}

async function sendToInfer(deps: SplitDeps, dump: Dump, message: RescoreMessage, chunk: number): Promise<void> {
  const { dumpId, etag, attempt, run } = message;
  const { offset, length } = await readManifest(deps.store, message, chunk);
  const body: ChunkMessage = {
    version: CHUNK_MESSAGE_VERSION,
    bucket: dump.bucket,
    key: dump.key,
    etag,
    dumpId,
    attempt,
    run,
    generation: dump.generation,
    chunk,
    offset,
    length,
  };
  await deps.queue.send('chunks', JSON.stringify(body));
}

async function sendToIndex(deps: SplitDeps, _dump: Dump, message: RescoreMessage, chunk: number): Promise<void> {
  const { dumpId, etag, run } = message;
  const body: ResultsMessage = { kind: RESULTS, version: 1, dumpId, etag, run, chunk };
  await deps.queue.send('results', JSON.stringify(body));
}

/** A run that cannot be scored leaves the dump as it is; one that cannot be indexed is the dump's error. */
async function fail(deps: SplitDeps, message: RescoreMessage, phase: Phase, error: unknown): Promise<void> {
  if (phase === 'indexing') return failAnalysis(deps, message, error, true);
  const words = error instanceof Error ? error.message : String(error);
  await failRescore(deps, message, error instanceof PipelineError ? `${error.code}: ${words}` : words);
}
