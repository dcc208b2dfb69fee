// bench: flow_net: flows a second of one core in process, the same through Triton, and the whole infer stage over the bench
// mix, alone and as two functions side by side: node flow-net.ts [--megabytes 200] [--no-triton].

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FLOW_NET_FEATURES } from '../../lib/model/flow-net-features.ts';
import type { ModelServer } from '../../lib/model/model-server.ts';
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';
import { createTritonModelServer } from '../../lib/triton/triton-model-server.ts';
import { generateBulk } from '../../local/generate/bulk.ts';
import { startTriton } from '../real/triton-server.ts';
import { readFeatures } from './flow-net/features.ts';
import type { StageReport } from './flow-net/stage.ts';

const BATCH = 4096;
const BATCHES = 40;
const ROUNDS = 5;
/** Requests on their way at once: while one is computed, one is sent and one is read. */
const LANES = 3;
const FUNCTIONS = [1, 2];
const GOALS = { flows: 100_000, triton: 0.8, packets: 300_000 } as const;
const MODELS = join(import.meta.dirname, '../../triton/models');
const WIDTH = FLOW_NET_FEATURES.length;

const { values: options } = parseArgs({
  options: { megabytes: { type: 'string', default: '200' }, triton: { type: 'boolean', default: true } },
  allowNegative: true,
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function judge(value: number, goal: number): string {
  return `${value >= goal ? 'reached' : 'MISSED'}: ≥ ${goal.toLocaleString('en')}`;
}

/** Milliseconds for BATCHES whole batches, taken from the flows in turn. */
async function timeScores(models: ModelServer, features: Float32Array): Promise<number> {
  const flows = features.length / WIDTH;
  const started = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < BATCHES) {
      const from = (next * BATCH) % (flows - BATCH);
      next += 1;
      const data = features.slice(from * WIDTH, (from + BATCH) * WIDTH);
      const inputs = [{ name: 'features', datatype: 'FP32' as const, shape: [BATCH, WIDTH], data }];
      await models.infer({ model: 'flow_net', version: '1', inputs, outputs: ['probabilities', 'anomaly'] }, {});
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return performance.now() - started;
}

async function scoring(capture: Uint8Array): Promise<void> {
  const features = await readFeatures(capture);
  const inProcess = createOnnxModelServer({ repository: MODELS, workers: 1, threads: 1 });
  await timeScores(inProcess, features);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await timeScores(inProcess, features));
  const rate = (BATCH * BATCHES * 1000) / median(times);
  console.log(`in process, one thread: ${Math.round(rate).toLocaleString('en')} flows/s (${judge(rate, GOALS.flows)})`);
  if (options.triton) await throughTriton(inProcess, features);
  await inProcess.close();
}

async function throughTriton(inProcess: ModelServer, features: Float32Array): Promise<void> {
  const triton = await startTriton({ repository: MODELS, instances: 1, models: ['flow_net'] });
  const remote = createTritonModelServer({ endpoints: [triton.address] });
  try {
    await timeScores(remote, features);
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const here = await timeScores(inProcess, features);
      ratios.push(here / (await timeScores(remote, features)));
    }
    const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const middle = median(ratios);
    console.log(
      `through Triton, batches of ${BATCH}: ${middle.toFixed(2)} × (${range}; ${judge(middle, GOALS.triton)})`,
    );
  } finally {
    await remote.close();
    await triton.stop();
  }
}

/** The stage by so many functions at once, each over the whole capture. */
async function stage(file: string, functions: number): Promise<void> {
  const program = join(import.meta.dirname, 'flow-net/stage.ts');
  const children = Array.from({ length: functions }, () => fork(program, [file]));
  await Promise.all(children.map((child) => once(child, 'message')));
  const reports = await Promise.all(
    children.map(async (child) => {
      const report = once(child, 'message');
      child.send('go');
      return (await report)[0] as StageReport; // what stage.ts sends second
    }),
  );
  const rate = reports.reduce((sum, { packets, milliseconds }) => sum + (packets / milliseconds) * 1000, 0);
  const cpu = reports.reduce((sum, { cpuMilliseconds }) => sum + cpuMilliseconds, 0) / 1000;
  const packets = reports.reduce((sum, report) => sum + report.packets, 0);
  console.log(
    `infer, flow documents only, ${functions} function${functions > 1 ? 's' : ''}: ` +
      `${Math.round(rate).toLocaleString('en')} packets/s, ${((cpu / packets) * 1e6).toFixed(1)} µs of CPU a packet` +
      (functions === Math.max(...FUNCTIONS) ? ` (${judge(rate, GOALS.packets)} on two cores)` : ''),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'smart-ids-bench-'));
const file = join(folder, 'mix.pcap');
try {
  const capture = Buffer.concat([...generateBulk({ targetBytes: Number(options.megabytes) * 1e6, seed: 20261129 })]);
  writeFileSync(file, capture);
  await scoring(capture);
  for (const functions of FUNCTIONS) await stage(file, functions);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
