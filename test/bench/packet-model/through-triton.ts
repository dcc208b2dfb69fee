// bench: the same inputs through Triton and in process, in turn.

import { createTritonModelServer } from '../../../lib/triton/triton-model-server.ts';
import { startTriton } from '../../real/triton-server.ts';
import { type Ids, type Scorer, timedScores } from './timed-scores.ts';

const ROUNDS = 5;

export interface TritonFigures {
  /** Time in process by time through Triton, a figure a round. */
  readonly ratios: readonly number[];
  /** The client's CPU time a batch, by the time of the batch's inference in process. */
  readonly overhead: number;
}

/** `repository` has the model that `inProcess` runs, which uses `threads`. */
export async function throughTriton(
  repository: string,
  inProcess: Scorer,
  threads: number,
  inputs: readonly Ids[],
): Promise<TritonFigures> {
  const config = `parameters { key: "threads" value: { string_value: "${threads}" } }`;
  const triton = await startTriton({ repository, models: [{ name: 'bert_packet', config }] });
  const remote = { ...inProcess, models: createTritonModelServer({ endpoints: [triton.address] }) };
  try {
    await timedScores(remote, inputs.slice(0, 16));
    const ratios: number[] = [];
    let [clientMs, inferenceMs] = [0, 0];
    for (let round = 0; round < ROUNDS; round += 1) {
      const here = await timedScores(inProcess, inputs);
      const before = process.cpuUsage();
      const there = await timedScores(remote, inputs);
      const { user, system } = process.cpuUsage(before);
      clientMs += (user + system) / 1000;
      inferenceMs += here.wallMs;
      ratios.push(here.wallMs / there.wallMs);
    }
    return { ratios, overhead: clientMs / inferenceMs };
  } finally {
    await remote.models.close();
    await triton.stop();
  }
}
