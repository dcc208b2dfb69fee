// bench: what a request to Triton costs its client, on a batch of 32 × 512 token ids and their mask.
// node test/bench/model-client.ts
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferRequest } from '../../lib/model/model-server.ts';
import { createTritonModelServer } from '../../lib/triton/triton-model-server.ts';
import { startTriton } from '../real/triton-server.ts';

const ROWS = 32;
const LENGTH = 512;
const LABELS = 24;
const WARM_UP = 200;
const REQUESTS = 1000;

/** Answers at once: what is left is the way there and back. */
const PROGRAM = `
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        reply = np.zeros((${ROWS}, ${LABELS}), np.float32)
        return [pb_utils.InferenceResponse([pb_utils.Tensor("logits", reply)]) for _ in requests]
`;
const CONFIG = `input [{ name: "input_ids", data_type: TYPE_INT64, dims: [ -1, -1 ] },
  { name: "attention_mask", data_type: TYPE_INT64, dims: [ -1, -1 ] }]
output [{ name: "logits", data_type: TYPE_FP32, dims: [ -1, ${LABELS} ] }]`;

const repository = mkdtempSync(join(tmpdir(), 'smart-ids-bench-'));
const triton = await startTriton({ repository, models: [{ name: 'labels', program: PROGRAM, config: CONFIG }] });
const server = createTritonModelServer({ endpoints: [triton.address] });

function request(): InferRequest {
  const shape = [ROWS, LENGTH];
  const data = new BigInt64Array(ROWS * LENGTH).fill(101n);
  const tensor = { datatype: 'INT64', shape, data } as const;
  const inputs = [
    { name: 'input_ids', ...tensor },
    { name: 'attention_mask', ...tensor },
  ];
  return { model: 'labels', version: '1', inputs, outputs: ['logits'] };
}

async function measure(count: number): Promise<{ readonly cpuMs: number; readonly wallMs: number }> {
  const one = request();
  const startedAt = performance.now();
  const before = process.cpuUsage();
  for (let k = 0; k < count; k += 1) await server.infer(one);
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000 / count, wallMs: (performance.now() - startedAt) / count };
}

try {
  await measure(WARM_UP);
  for (let round = 1; round <= 3; round += 1) {
    const { cpuMs, wallMs } = await measure(REQUESTS);
    console.log(
      `${ROWS} × ${LENGTH}: ${cpuMs.toFixed(3)} ms of the client's CPU, ${wallMs.toFixed(3)} ms there and back`,
    );
  }
} finally {
  await server.close();
  await triton.stop();
  rmSync(repository, { recursive: true });
}
