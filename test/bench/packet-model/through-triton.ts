// bench: the same inputs through Triton and in process, in turn.

import { createTritonModelServer } from '../../../lib/triton/triton-model-server.ts';
import { startTriton } from '../../real/triton-server.ts';
import { type Ids, type Scorer, timedScores } from './timed-scores.ts';

const ROUNDS = 5;

export interface TritonFigures {
  /** Time in process by time through Triton, a figure a round. */
  readonly ratios: readonly number[];
  /** The client's CPU time a batch, by the time that both cores take for its inference. */
  readonly overhead: number;
}

/**
 * `repository` has the model that `inProcess` runs on as many cores as Triton is given instances of one thread each: what
 * one instance waits for its client, another computes. To be asked before anything ran in process, whose threads would
 * be counted as the client's.
 */
export async function throughTriton(
  repository: string,
  inProcess: Scorer,
  instances: number,
  inputs: readonly Ids[],
): Promise<TritonFigures> {
  const triton = await startTriton({ repository, instances, models: [{ name: 'bert_packet' }] });
  const remote = { ...inProcess, models: createTritonModelServer({ endpoints: [triton.address] }) };
  try {
    await timedScores(remote, inputs);
    const before = process.cpuUsage();
    const { wallMs } = await timedScores(remote, inputs);
    const { user, system } = process.cpuUsage(before);
    const overhead = (user + system) / 1000 / wallMs;
    const ratios: number[] = [];
    await timedScores(inProcess, inputs.slice(0, 16));
    for (let round = 0; round < ROUNDS; round += 1) {
      const here = await timedScores(inProcess, inputs);
      const there = await timedScores(remote, inputs);
      ratios.push(here.wallMs / there.wallMs);
    }
    return { ratios, overhead };
  } finally {
    await remote.models.close();
    await triton.stop();
  }
}
