// bench: inputs scored as the stage scores them, with nothing remembered from before, and the time that took.

import type { PacketModel } from '../../../functions/infer/packet-models.ts';
import { createScoreCache } from '../../../functions/infer/score-cache.ts';
import { type SequenceScore, scoreSequences } from '../../../functions/infer/score-sequences.ts';
import { SequenceList } from '../../../functions/infer/sequence-list.ts';
import { batchLimits } from '../../../lib/model/batch-limits.ts';
import type { BatchLimits } from '../../../lib/model/batch-plan.ts';
import type { ModelServer } from '../../../lib/model/model-server.ts';
import type { PacketModelMetadata } from '../../../lib/model/packet-model-metadata.ts';

/** As functions/infer/main.ts has it. */
const LANES = 4;
const NO_LIMIT_MS = 1e9;

/** Token ids of one packet. */
export type Ids = readonly number[];

export interface TimedScores {
  readonly wallMs: number;
  readonly scores: readonly SequenceScore[];
}

export interface Scorer {
  readonly models: ModelServer;
  readonly metadata: PacketModelMetadata;
  readonly limits?: BatchLimits;
}

export async function timedScores(scorer: Scorer, inputs: readonly Ids[]): Promise<TimedScores> {
  const { models, metadata, limits = batchLimits(metadata) } = scorer;
  const list = new SequenceList();
  for (const ids of inputs) list.add(Int32Array.from(ids), ids.length, 0);
  const tokens = { createBuffer: () => new Int32Array(), encode: () => 0 };
  const model: PacketModel = { metadata, tokens, pad: 0, cache: createScoreCache() };
  const startedAt = performance.now();
  const scores = await scoreSequences(model, list, {
    ...{ models, limits, lanes: LANES, untilMs: startedAt + NO_LIMIT_MS, clockMs: () => performance.now() },
    signal: new AbortController().signal,
  });
  return { wallMs: performance.now() - startedAt, scores };
}

/** Every n-th input, so that they have `tokens` at most. */
export function sampleOf(inputs: readonly Ids[], tokens: number): readonly Ids[] {
  const all = inputs.reduce((sum, { length }) => sum + length, 0);
  const step = Math.max(1, Math.ceil(all / tokens));
  return inputs.filter((_, k) => k % step === 0);
}

/** How often the likeliest label is the same, and by how much a probability differs at most. */
export function agreement(a: readonly SequenceScore[], b: readonly SequenceScore[]) {
  let [same, most] = [0, 0];
  for (const [k, one] of a.entries()) {
    const other = b[k];
    if (typeof one === 'string' || other === undefined || typeof other === 'string') throw new Error('not scored');
    if (one.indexOf(Math.max(...one)) === other.indexOf(Math.max(...other))) same += 1;
    for (const [label, value] of one.entries()) most = Math.max(most, Math.abs(value - (other[label] ?? 0)));
  }
  return { share: same / a.length, most };
}
