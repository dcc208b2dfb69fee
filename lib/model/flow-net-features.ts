// model: flow_net's inputs: a flow's row as numbers, the same code in production and for the training table.

import type { FlowRows } from '../flow/flow-fields.ts';
import type { FeatureGroup } from './feature-group.ts';
import { FLOW_STATISTICS } from './flow-statistics.ts';
import { HOST_WINDOWS } from './host-windows.ts';
import { PACKET_SIGNS } from './packet-signs.ts';
import { PAYLOAD_SHAPE } from './payload/payload-shape.ts';
import { PAYLOAD_TEXT } from './payload/payload-text.ts';
import { SERVICE_CLASS } from './service-class.ts';

/** Bumped whenever a name, the order or a meaning changes; a model trained on another version is refused. */
export const FLOW_NET_FEATURE_VERSION = 2;

const GROUPS: readonly FeatureGroup[] = [
  FLOW_STATISTICS,
  SERVICE_CLASS,
  PAYLOAD_SHAPE,
  PAYLOAD_TEXT,
  PACKET_SIGNS,
  HOST_WINDOWS,
];

/**
 * Names of the features, in the order of the matrix's columns. None is identity or accident: no address, absolute
 * time, TTL, TCP window, source port, sequence number or IP id; the destination port only as a class of service.
 */
export const FLOW_NET_FEATURES: readonly string[] = GROUPS.flatMap((group) => group.names);

const LARGEST = 1e15;

/** Features of the rows [from, to), row-major: `FLOW_NET_FEATURES.length` values a flow, all of them finite. */
export function flowNetFeatures(rows: FlowRows, from = 0, to: number = rows.count): Float32Array<ArrayBuffer> {
  const width = FLOW_NET_FEATURES.length;
  const matrix = new Float32Array((to - from) * width);
  let offset = 0;
  for (const group of GROUPS) {
    const write = group.bind(rows.columns);
    for (let row = from; row < to; row += 1) write(row, matrix, (row - from) * width + offset);
    offset += group.names.length;
  }
  for (let from = 0; from < matrix.length; from += width) keepFinite(matrix, from, from + width);
  return matrix;
}

/** A product with 0 is 0 for a finite number and nothing for another: so a row is looked through only if it has to be. */
function keepFinite(matrix: Float32Array, from: number, to: number): void {
  let nothing = 0;
  for (let k = from; k < to; k += 1) nothing += (matrix[k] as number) * 0; // within the matrix
  if (nothing === 0) return;
  for (let k = from; k < to; k += 1) {
    const value = matrix[k] as number; // as above
    if (!Number.isFinite(value)) matrix[k] = value > 0 ? LARGEST : value < 0 ? -LARGEST : 0;
  }
}
