// model: features from what the flow's two hosts did in the 60 s before its last packet, as split counted it.

import { FLOW_FIELDS } from '../flow/flow-fields.ts';
import type { FeatureGroup, FeatureWriter, FlowColumns } from './feature-group.ts';

type WindowField = Extract<keyof typeof FLOW_FIELDS, `${'source' | 'destination'}Window${string}`>;

const FIELDS = Object.keys(FLOW_FIELDS).filter((name): name is WindowField => /^(source|destination)Window/.test(name));

function bind(columns: FlowColumns): FeatureWriter {
  const windows = FIELDS.map((field) => columns[field]);
  return (row, out, start) => {
    for (let k = 0; k < windows.length; k += 1) out[start + k] = windows[k]?.[row] ?? 0;
  };
}

/** Every window field of a flow's row, under its own name. */
export const HOST_WINDOWS: FeatureGroup = { names: FIELDS, bind };
