// contract, reasons: what is told of a detection is what the shipped model goes by.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFlowModels } from '../../functions/infer/flow-models.ts';
import { rowVerdict } from '../../lib/detection/flow-verdict.ts';
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';
import { demoScenario } from '../../local/generate/demo.ts';
import type { Scenario } from '../../local/generate/scenario.ts';
import { ATTACK_KINDS, variedScenario } from '../../local/generate/varied.ts';
import { writeCapture } from '../../local/generate/write-capture.ts';
import { type ExplainedFlow, explainCapture } from '../support/explained-flows.ts';

const REPOSITORY = join(import.meta.dirname, '../../triton/models');
const models = createOnnxModelServer({ repository: REPOSITORY, workers: 1 });
afterAll(() => models.close());
const flowModel = createFlowModels(REPOSITORY)();
const { metadata } = flowModel;
const MOST_FLOWS = 20;
const SEED = 4101;

async function captureOf(scenario: Scenario): Promise<Uint8Array> {
  const file = join(mkdtempSync(join(tmpdir(), 'smart-ids-reasons-')), 'attack.pcap');
  await writeCapture(file, scenario, { kind: 'pcap', snaplen: 256 });
  return readFileSync(file);
}

/** Whether the flow is still the same detection with its reasons' features at Normal's median. */
async function isUnchanged({ features, verdict }: ExplainedFlow): Promise<boolean> {
  const row = Float32Array.from(features);
  for (const { feature, also = [] } of verdict.reasons) {
    for (const name of [feature, ...also.map((one) => one.feature)]) {
      const column = metadata.features.indexOf(name);
      row[column] = metadata.normalQuantiles[column]?.[3] ?? 0;
    }
  }
  const { outputs } = await models.infer({
    model: metadata.model,
    version: metadata.version,
    inputs: [{ name: 'features', datatype: 'FP32', shape: [1, row.length], data: row }],
    outputs: ['probabilities'],
  });
  const [probabilities] = outputs;
  if (probabilities?.datatype !== 'FP32') throw new Error('no probabilities');
  const { label, detection } = rowVerdict(metadata, probabilities.data, 0);
  return detection && label === verdict.label;
}

/** Up to MOST_FLOWS of each group, from its beginning to its end. */
function sampleOf(detections: readonly ExplainedFlow[]): readonly ExplainedFlow[] {
  const groups = new Map<string, ExplainedFlow[]>();
  for (const flow of detections) groups.set(flow.group, [...(groups.get(flow.group) ?? []), flow]);
  return [...groups.values()].flatMap((flows) => {
    const step = Math.max(1, Math.ceil(flows.length / MOST_FLOWS));
    return flows.filter((_, k) => k % step === 0);
  });
}

describe('the reasons of a detection', () => {
  it.each(ATTACK_KINDS.filter((kind) => kind !== 'none'))(
    'change the verdict when they are set to what is ordinary: %s',
    async (kind) => {
      const { detections, unexplained } = await explainCapture(
        await captureOf(variedScenario(SEED, kind)),
        models,
        flowModel,
      );
      expect(detections.length).toBeGreaterThan(0);
      expect(unexplained).toBe(0);
      for (const flow of sampleOf(detections)) {
        const { reasons } = flow.verdict;
        expect(reasons.length).toBeGreaterThan(0);
        expect(reasons.length).toBeLessThanOrEqual(5);
        expect(await isUnchanged(flow), `${flow.group}: ${reasons.map(({ text }) => text).join('; ')}`).toBe(false);
      }
    },
    30_000,
  );

  it('are the same wherever the capture is cut', async () => {
    const capture = await captureOf(demoScenario(SEED));
    const whole = await explainCapture(capture, models, flowModel);
    const cut = await explainCapture(capture, models, flowModel, { targetBytes: 100_000, maxRecords: 1024 });
    expect([whole.chunks === 1, cut.chunks > 5]).toEqual([true, true]);
    const told = ({ detections }: typeof whole) =>
      new Map(detections.map(({ record, verdict }) => [record, verdict.reasons] as const).sort(([a], [b]) => a - b));
    expect(told(cut)).toEqual(told(whole));
  }, 30_000);
});
