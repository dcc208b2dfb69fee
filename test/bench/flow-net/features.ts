// bench: the features of all flows of a capture, as infer computes them.

import { FLOW_METADATA } from '../../../lib/chunk/column-metadata.ts';
import { decodeColumns } from '../../../lib/chunk/columns.ts';
import { splitCapture } from '../../../lib/chunk/split-capture.ts';
import { FLOW_FIELDS } from '../../../lib/flow/flow-fields.ts';
import { flowNetFeatures } from '../../../lib/model/flow-net-features.ts';
import { pieces } from '../../support/split-results.ts';

/** Row-major: FLOW_NET_FEATURES.length values a flow. */
export async function readFeatures(capture: Uint8Array): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for await (const output of splitCapture(pieces(capture))) {
    if (output.kind !== 'row-object') continue;
    parts.push(flowNetFeatures(await decodeColumns(FLOW_FIELDS, output.bytes, FLOW_METADATA)));
  }
  const features = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    features.set(part, at);
    at += part.length;
  }
  return features;
}
