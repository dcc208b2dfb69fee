// infer: flow rows to verdicts: features, flow_net, labels, and the reasons of detections.

import type { AskModel } from '../../lib/detection/ask-variants.ts';
import type { Detected } from '../../lib/detection/explain-detections.ts';
import { type FlowNetOutputs, flowVerdicts } from '../../lib/detection/flow-verdict.ts';
import { LABELS } from '../../lib/detection/labels.ts';
import type { FlowVerdict } from '../../lib/detection/verdict.ts';
import type { FlowRows } from '../../lib/flow/flow-fields.ts';
import { FLOW_NET_FEATURES, flowNetFeatures } from '../../lib/model/flow-net-features.ts';
import type { Tensor } from '../../lib/model/model-server.ts';
import { BATCH_FLOWS, type FlowModel } from './flow-models.ts';
import type { InferDeps } from './infer-deps.ts';

export interface ScoredFlows {
  /** The verdicts are those of the rows from here on. */
  readonly from: number;
  readonly verdicts: readonly FlowVerdict[];
  /** Detections whose reasons do not change the verdict, however much of what they name is set to ordinary. */
  readonly unexplained: number;
}

export interface ScoreFlowsOptions {
  /** Rows whose detections want reasons: those that are documented here. */
  readonly isOwn: (row: number) => boolean;
  readonly signal: AbortSignal;
}

/** Score all rows, one batch after the other; while the caller has one, the model is at work on the next. */
export async function* scoreFlows(
  { models }: Pick<InferDeps, 'models'>,
  flowModel: FlowModel,
  rows: FlowRows,
  { isOwn, signal }: ScoreFlowsOptions,
): AsyncGenerator<ScoredFlows> {
  const { metadata } = flowModel;
  const ask = async (data: Float32Array<ArrayBuffer>, names: readonly string[]): Promise<readonly Float32Array[]> => {
    const shape = [data.length / FLOW_NET_FEATURES.length, FLOW_NET_FEATURES.length];
    const inputs = [{ name: 'features', datatype: 'FP32' as const, shape, data }];
    const request = { model: metadata.model, version: metadata.version, inputs, outputs: names };
    const { outputs } = await models.infer(request, { signal });
    return names.map((name) => values(outputs, name));
  };
  const askProbabilities: AskModel = async (data) => (await ask(data, ['probabilities']))[0] ?? new Float32Array(0);

  const score = async (from: number): Promise<ScoredFlows> => {
    const to = Math.min(from + BATCH_FLOWS, rows.count);
    const features = flowNetFeatures(rows, from, to);
    // A copy: the server takes the buffer over, and the reasons are found in the features.
    const [probabilities, anomaly] = await ask(new Float32Array(features), ['probabilities', 'anomaly']);
    const outputs = { probabilities: probabilities ?? new Float32Array(0), anomaly: anomaly ?? new Float32Array(0) };
    const verdicts = flowVerdicts(metadata, to - from, outputs);
    const own = [...verdicts.keys()].filter((k) => verdicts[k]?.detection === true && isOwn(from + k));
    const unexplained = await explain(flowModel, { features, outputs, verdicts, own }, askProbabilities);
    return { from, verdicts, unexplained };
  };

  let next = rows.count > 0 ? score(0) : undefined;
  while (next !== undefined) {
    const scored: ScoredFlows = await next;
    const from = scored.from + BATCH_FLOWS;
    next = from < rows.count ? score(from) : undefined;
    next?.catch(() => {}); // awaited in its turn, unless the caller has given up by then
    yield scored;
  }
}

interface Batch {
  readonly features: Float32Array;
  readonly outputs: FlowNetOutputs;
  readonly verdicts: FlowVerdict[];
  /** Of the verdicts, those that want reasons. */
  readonly own: readonly number[];
}

/** Puts the reasons to the verdicts; returns how many have none that change them. */
async function explain({ explain, tell }: FlowModel, batch: Batch, ask: AskModel): Promise<number> {
  const { features, outputs, verdicts, own } = batch;
  const detected: Detected[] = own.flatMap((k) => {
    const verdict = verdicts[k];
    if (verdict === undefined) return [];
    const row = features.subarray(k * FLOW_NET_FEATURES.length, (k + 1) * FLOW_NET_FEATURES.length);
    const probabilities = outputs.probabilities.subarray(k * LABELS.length, (k + 1) * LABELS.length);
    return [{ label: verdict.label, row, probabilities }];
  });
  const explanations = await explain(detected, ask);
  for (const [n, k] of own.entries()) {
    const [verdict, one, explanation] = [verdicts[k], detected[n], explanations[n]];
    if (verdict === undefined || one === undefined || explanation === undefined) continue;
    verdicts[k] = { ...verdict, reasons: tell(one.row, explanation) };
  }
  return explanations.filter(({ isEnough }) => !isEnough).length;
}

/** Wrong sizes, an output that is missing among them, are told by flowVerdicts. */
function values(outputs: readonly Tensor[], name: string): Float32Array {
  const output = outputs.find((tensor) => tensor.name === name);
  return output?.datatype === 'FP32' ? output.data : new Float32Array(0);
}
