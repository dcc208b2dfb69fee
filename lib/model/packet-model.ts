// model: what a packet model takes and gives, wherever it runs.

import { LABELS } from '../detection/labels.ts';
import type { ExpectedModel } from './check-model-metadata.ts';
import type { PacketModelMetadata } from './packet-model-metadata.ts';

/** `batch`: most sequences of a request. */
export function packetModel(
  { model, version }: Pick<PacketModelMetadata, 'model' | 'version'>,
  batch: number,
): ExpectedModel {
  return {
    name: model,
    version,
    inputs: [
      { name: 'input_ids', datatype: 'INT64', shape: [-1, -1] },
      { name: 'attention_mask', datatype: 'INT64', shape: [-1, -1] },
    ],
    outputs: [{ name: 'logits', datatype: 'FP32', shape: [-1, LABELS.length] }],
    batch,
  };
}
