// bench: flow_net: flows a second of a core in process, the same through Triton, and the whole infer stage over the bench mix:
// node flow-net.ts [--megabytes 200] [--no-triton].

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FLOW_NET_FEATURES } from '../../lib/model/flow-net-features.ts';
import type { ModelServer } from '../../lib/model/model-server.ts';
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';
import { createTritonModelServer } from '../../lib/triton/triton-model-server.ts';
import { generateBulk } from '../../local/generate/bulk.ts';
import { startTriton } from '../real/triton-server.ts';
import { createModelRepository, prepareInfer } from '../support/infer-capture.ts';
import { readFeatures } from './flow-net/features.ts';

const BATCH = 4096;
const ROUNDS = 5;
const GOALS = { flows: 100_000, triton: 0.8, packets: 300_000 } as const;
const MODELS = join(import.meta.dirname, '../../triton/models');

const { values: options } = parseArgs({
  options: { megabytes: { type: 'string', default: '200' }, triton: { type: 'boolean', default: true } },
  allowNegative: true,
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function judge(value: number, goal: number): string {
  return value >= goal ? `reached: ≥ ${goal.toLocaleString('en')}` : `MISSED: ≥ ${goal.toLocaleString('en')}`;
}

/** Milliseconds for all flows in batches, `lanes` of them on their way at once. */
async function timeScores(models: ModelServer, features: Float32Array, lanes: number): Promise<number> {
  const width = FLOW_NET_FEATURES.length;
  const flows = features.length / width;
  const started = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let from = next; from < flows; from = next) {
      next = Math.min(from + BATCH, flows);
      const data = features.slice(from * width, next * width);
      await models.infer(
        {
          model: 'flow_net',
          version: '1',
          inputs: [{ name: 'features', datatype: 'FP32', shape: [data.length / width, width], data }],
          outputs: ['probabilities', 'anomaly'],
        },
        {},
      );
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return performance.now() - started;
}

const capture = Buffer.concat([...generateBulk({ targetBytes: Number(options.megabytes) * 1e6, seed: 20261129 })]);
const features = await readFeatures(capture);
const flows = features.length / FLOW_NET_FEATURES.length;
console.log(`bench mix: ${capture.length} bytes, ${flows} flows`);

const inProcess = createOnnxModelServer({ repository: MODELS, workers: 1, threads: 1 });
await timeScores(inProcess, features, 2);
const rates: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) rates.push((flows / (await timeScores(inProcess, features, 2))) * 1000);
console.log(
  `in process, one thread: ${Math.round(median(rates)).toLocaleString('en')} flows/s (${judge(median(rates), GOALS.flows)})`,
);

if (options.triton) {
  const triton = await startTriton({ repository: MODELS, instances: 1, models: ['flow_net'] });
  const remote = createTritonModelServer({ endpoints: [triton.address] });
  try {
    await timeScores(remote, features, 2);
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const here = await timeScores(inProcess, features, 2);
      ratios.push(here / (await timeScores(remote, features, 2)));
    }
    const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    console.log(
      `through Triton, batches of ${BATCH}: ${median(ratios).toFixed(2)} × (${range}; ${judge(median(ratios), GOALS.triton)})`,
    );
  } finally {
    await remote.close();
    await triton.stop();
  }
}
await inProcess.close();

const models = createOnnxModelServer({ repository: MODELS, workers: 1, threads: 1 });
const prepared = await prepareInfer(capture, {
  repository: createModelRepository(),
  models,
  deps: { packetDocuments: 'none' },
});
await prepared.infer(0);
const before = process.cpuUsage();
const started = performance.now();
for (let chunk = 0; chunk < prepared.chunks; chunk += 1) {
  const { batchItemFailures } = await prepared.infer(chunk);
  if (batchItemFailures.length > 0) throw new Error(`chunk ${chunk} was not inferred`);
}
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(before);
const packets = prepared.records;
const rate = packets / seconds;
console.log(
  `infer, flow documents only: ${packets} packets in ${seconds.toFixed(2)} s (${((user + system) / 1e6).toFixed(2)} s of CPU): ` +
    `${Math.round(rate).toLocaleString('en')} packets/s (${judge(rate, GOALS.packets)})`,
);
await models.close();
