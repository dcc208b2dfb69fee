// infer: flow rows to verdicts: features, flow_net, labels with their reasons.

import { flowVerdicts } from '../../lib/detection/flow-verdict.ts';
import type { FlowVerdict } from '../../lib/detection/verdict.ts';
import type { FlowRows } from '../../lib/flow/flow-fields.ts';
import { FLOW_NET_FEATURES, flowNetFeatures } from '../../lib/model/flow-net-features.ts';
import type { Tensor } from '../../lib/model/model-server.ts';
import type { FlowModel } from './flow-models.ts';
import type { InferDeps } from './infer-deps.ts';

/** Flows a request to the model server; at 201 features 3.3 MB. */
const BATCH_FLOWS = 4096;

export interface ScoredFlows {
  /** The verdicts are those of the rows from here on. */
  readonly from: number;
  readonly verdicts: readonly FlowVerdict[];
}

/** Score all rows, one batch after the other. */
export async function* scoreFlows(
  deps: Pick<InferDeps, 'models'>,
  { metadata, explain }: FlowModel,
  rows: FlowRows,
  signal: AbortSignal,
): AsyncGenerator<ScoredFlows> {
  for (let from = 0; from < rows.count; from += BATCH_FLOWS) {
    const to = Math.min(from + BATCH_FLOWS, rows.count);
    const features = flowNetFeatures(rows, from, to);
    const { outputs } = await deps.models.infer(
      {
        model: metadata.model,
        version: metadata.version,
        inputs: [
          // A copy: the server takes the buffer over, and the reasons are told from the features.
          {
            name: 'features',
            datatype: 'FP32',
            shape: [to - from, FLOW_NET_FEATURES.length],
            data: new Float32Array(features),
          },
        ],
        outputs: ['probabilities', 'anomaly'],
      },
      { signal },
    );
    const probabilities = values(outputs, 'probabilities');
    const anomaly = values(outputs, 'anomaly');
    yield { from, verdicts: flowVerdicts(metadata, explain, features, { probabilities, anomaly }) };
  }
}

/** Wrong sizes, an output that is missing among them, are told by flowVerdicts. */
function values(outputs: readonly Tensor[], name: string): Float32Array {
  const output = outputs.find((tensor) => tensor.name === name);
  return output?.datatype === 'FP32' ? output.data : new Float32Array(0);
}
