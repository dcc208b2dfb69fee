// bench: one function of the infer stage, as Lambda runs it: a process of its own that infers all chunks of a capture when told to.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOnnxModelServer } from '../../../lib/onnx/onnx-model-server.ts';
import { createModelRepository, prepareInfer } from '../../support/infer-capture.ts';

export interface StageReport {
  readonly packets: number;
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
}

const [file = ''] = process.argv.slice(2);
const repository = createModelRepository();
const models = createOnnxModelServer({ repository: join(repository), workers: 1, threads: 1 });
const prepared = await prepareInfer(readFileSync(file), { repository, models, deps: { packetDocuments: 'none' } });

async function inferAll(): Promise<void> {
  for (let chunk = 0; chunk < prepared.chunks; chunk += 1) {
    const { batchItemFailures } = await prepared.infer(chunk);
    if (batchItemFailures.length > 0) throw new Error(`chunk ${chunk} was not inferred`);
  }
}

process.once('message', async () => {
  const before = process.cpuUsage();
  const started = performance.now();
  await inferAll();
  const milliseconds = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  const report: StageReport = { packets: prepared.records, milliseconds, cpuMilliseconds: (user + system) / 1000 };
  process.send?.(report);
  await models.close();
  process.disconnect();
});
await inferAll();
process.send?.('ready');
