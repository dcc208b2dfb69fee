// support: features.json of an imaginary flow_net, for tests of what is made of its outputs.

import { LABELS } from '../../../lib/detection/labels.ts';
import { FLOW_NET_FEATURE_VERSION, FLOW_NET_FEATURES } from '../../../lib/model/flow-net-features.ts';
import type { FlowNetMetadata } from '../../../lib/model/flow-net-metadata.ts';

/** Every feature is normally between 0 and 1; Port Scan is explained by the source's window. */
export function sampleMetadata(change: Partial<FlowNetMetadata> = {}): FlowNetMetadata {
  return {
    model: 'flow_net',
    version: '1',
    featureVersion: FLOW_NET_FEATURE_VERSION,
    features: [...FLOW_NET_FEATURES],
    sha256: '0'.repeat(64),
    labels: [...LABELS],
    claimed: ['Normal', 'Port Scan', 'SSH Patator'],
    thresholds: { 'Port Scan': 0.6, 'SSH Patator': 0.9 },
    priors: { Normal: 0.5, 'Port Scan': 0.3, 'SSH Patator': 0.2 },
    importances: {
      'Port Scan': [
        ['sourceWindowUnanswered', 0.5],
        ['sourceWindowPairPorts', 0.9],
        ['tcpStateS0', 0.7],
        ['durationSeconds', 0.4],
      ],
    },
    detectors: [],
    normalQuantiles: FLOW_NET_FEATURES.map(() => [0, 0, 0, 0.5, 1, 1, 1]),
    ...change,
  };
}
