// model: what flow_net takes and gives, wherever it runs.

import { LABELS } from '../detection/labels.ts';
import type { ExpectedModel } from './check-model-metadata.ts';
import { FLOW_NET_FEATURES } from './flow-net-features.ts';
import type { FlowNetMetadata } from './flow-net-metadata.ts';

export function flowNetModel({ model, version }: Pick<FlowNetMetadata, 'model' | 'version'>): ExpectedModel {
  return {
    name: model,
    version,
    inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, FLOW_NET_FEATURES.length] }],
    outputs: [
      { name: 'probabilities', datatype: 'FP32', shape: [-1, LABELS.length] },
      { name: 'anomaly', datatype: 'FP32', shape: [-1, 1] },
    ],
  };
}
