// model: features from what the first bytes of a flow's packets say, past the three whose bytes are kept (lib/flow/said.ts).

import { SIGNS } from '../flow/signs.ts';
import type { FeatureGroup, FeatureWriter, FlowColumns } from './feature-group.ts';

const COUNTS = [
  'httpRequests',
  'httpPosts',
  'httpErrors',
  'httpRefusals',
  'loginAttempts',
  'loginRefusals',
  'rpcRequests',
] as const;

function bind(columns: FlowColumns): FeatureWriter {
  const { signs } = columns;
  const counts = COUNTS.map((name) => columns[name]);
  return (row, out, at) => {
    const said = signs[row] ?? 0;
    for (let bit = 0; bit < SIGNS.length; bit += 1) out[at + bit] = (said >>> bit) & 1;
    for (let k = 0; k < counts.length; k += 1) out[at + SIGNS.length + k] = counts[k]?.[row] ?? 0;
  };
}

/** A flag a sign, 0 or 1, then how often something was asked, tried and refused. */
export const PACKET_SIGNS: FeatureGroup = { names: [...SIGNS, ...COUNTS], bind };
