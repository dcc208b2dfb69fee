// infer: token ids to probabilities: identical ones once, the others in batches of like length, a few batches at a time.

import { LABELS } from '../../lib/detection/labels.ts';
import { packetProbabilities } from '../../lib/detection/packet-verdict.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { type BatchLimits, planBatches } from '../../lib/model/batch-plan.ts';
import type { ModelServer } from '../../lib/model/model-server.ts';
import type { NotScoredReason } from '../../lib/model/packet-scope.ts';
import { tokenBatch } from '../../lib/model/token-batch.ts';
import type { PacketModel } from './packet-models.ts';
import { sequenceKey } from './score-cache.ts';
import type { SequenceList } from './sequence-list.ts';

/** What is begun may take so long, however little time is left. */
const MIN_TIMEOUT_MS = 5000;

/** The label's probabilities, or why there are none. */
export type SequenceScore = Float32Array | Extract<NotScoredReason, 'deadline' | 'input-refused'>;

export interface ScoringOptions {
  readonly models: ModelServer;
  readonly limits: BatchLimits;
  /** Batches on their way at once. */
  readonly lanes: number;
  /** No batch is begun from here on, in the clock's milliseconds. */
  readonly untilMs: number;
  readonly clockMs: () => number;
  readonly signal: AbortSignal;
}

/**
 * One score a sequence, in their order. A batch that the model fails on is halved until the one at fault stands alone.
 * @throws PipelineError `model-unavailable` or `model-mismatch` of the model server, `aborted`.
 */
export async function scoreSequences(
  model: PacketModel,
  sequences: SequenceList,
  options: ScoringOptions,
): Promise<readonly SequenceScore[]> {
  const keys = Array.from({ length: sequences.count }, (_, k) => sequenceKey(sequences.ids(k)));
  const scores = new Map<string, SequenceScore>();
  const wanted: number[] = [];
  for (const k of byRank(sequences)) {
    const key = keys[k] ?? '';
    if (scores.has(key)) continue;
    const known = model.cache.get(key);
    scores.set(key, known ?? 'deadline');
    if (known === undefined) wanted.push(k);
  }

  const keep = (k: number, score: SequenceScore): void => {
    const key = keys[k] ?? '';
    scores.set(key, score);
    if (typeof score !== 'string') model.cache.set(key, score);
  };
  const plan = planBatches(
    wanted.map((k) => sequences.ids(k).length),
    wanted.map((k) => sequences.ranks[k] ?? 0),
    options.limits,
  );
  const batches = plan.map((batch) => batch.map((at) => wanted[at] ?? 0)).values();
  const suspects: number[] = [];
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  let hasAnswered = false;
  const lane = async (): Promise<void> => {
    for (const batch of batches) {
      if (signal.aborted || options.clockMs() >= options.untilMs) return;
      try {
        await scoreBatch(model, sequences, batch, { ...options, signal }, keep, suspects);
        hasAnswered = true;
      } catch (error) {
        // A server that answers, but not this one in time: the rest is for another day.
        if (!(hasAnswered && isUnavailable(error) && options.clockMs() >= options.untilMs)) throw error;
      }
    }
  };
  const lanes = Array.from({ length: Math.min(options.lanes, plan.length) }, lane);
  for (const one of lanes) one.catch(() => failure.abort());
  // The first failure is the cause; those of the other lanes follow from it.
  const outcomes = await Promise.allSettled(lanes);
  options.signal.throwIfAborted();
  const causes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  const cause = causes.find((one) => !(one instanceof PipelineError && one.code === 'aborted')) ?? causes[0];
  if (cause !== undefined) throw cause;
  await askAgain(model, sequences, suspects, options, keep);
  return keys.map((key) => scores.get(key) ?? 'deadline');
}

function isUnavailable(error: unknown): boolean {
  return error instanceof PipelineError && error.code === 'model-unavailable';
}

/** Of identical ones the most urgent speaks for all. */
function byRank({ count, ranks }: SequenceList): number[] {
  return Array.from({ length: count }, (_, k) => k).sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0) || a - b);
}

async function scoreBatch(
  model: PacketModel,
  sequences: SequenceList,
  batch: readonly number[],
  options: ScoringOptions,
  keep: (k: number, score: SequenceScore) => void,
  suspects: number[],
): Promise<void> {
  try {
    const logits = await infer(model, sequences, batch, options);
    for (const [row, k] of batch.entries()) {
      const probabilities = packetProbabilities(logits.subarray(row * LABELS.length, (row + 1) * LABELS.length));
      keep(k, probabilities ?? 'input-refused');
    }
  } catch (error) {
    if (!(error instanceof PipelineError && error.code === 'inference-failed')) throw error;
    const [only, ...others] = batch;
    if (only !== undefined && others.length === 0) {
      suspects.push(only);
      return;
    }
    const half = batch.length >>> 1;
    await scoreBatch(model, sequences, batch.slice(0, half), options, keep, suspects);
    await scoreBatch(model, sequences, batch.slice(half), options, keep, suspects);
  }
}

/**
 * A server that batches joins requests that come together, and fails them together: who failed alone while others were on
 * their way is asked once more when none is.
 */
async function askAgain(
  model: PacketModel,
  sequences: SequenceList,
  suspects: readonly number[],
  options: ScoringOptions,
  keep: (k: number, score: SequenceScore) => void,
): Promise<void> {
  for (const k of suspects) {
    const guilty: number[] = [];
    if (options.clockMs() < options.untilMs) await scoreBatch(model, sequences, [k], options, keep, guilty);
    else guilty.push(k);
    for (const one of guilty) keep(one, 'input-refused');
  }
}

/** Row-major logits, LABELS.length a sequence. */
async function infer(
  { metadata, pad }: PacketModel,
  sequences: SequenceList,
  batch: readonly number[],
  { models, signal, untilMs, clockMs }: ScoringOptions,
): Promise<Float32Array> {
  const { model, version, output } = metadata;
  const inputs = tokenBatch(
    batch.map((k) => sequences.ids(k)),
    pad,
    metadata,
  );
  const timeoutMs = Math.max(MIN_TIMEOUT_MS, untilMs - clockMs());
  const { outputs } = await models.infer({ model, version, inputs, outputs: [output] }, { signal, timeoutMs });
  const logits = outputs.find(({ name }) => name === output);
  if (logits?.datatype !== 'FP32' || logits.data.length !== batch.length * LABELS.length) {
    const seen = logits === undefined ? 'nothing' : `${logits.datatype}[${logits.shape}]`;
    const message = `${model} gave ${seen}, not FP32[${batch.length},${LABELS.length}]`;
    throw new PipelineError('model-mismatch', message, { permanent: false });
  }
  return logits.data;
}
