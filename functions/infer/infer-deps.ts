// infer: what the stage needs of the rooms around it, as one plain object; main.ts fills it in.

import type { Explainer } from '../../lib/detection/reasons.ts';
import type { DumpRegister } from '../../lib/dump/dump-register.ts';
import type { Log } from '../../lib/log/log.ts';
import type { FlowNetMetadata } from '../../lib/model/flow-net-metadata.ts';
import type { ModelServer } from '../../lib/model/model-server.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

/** `detections`: packets of flows with a detection. At most 1,000 of a flow in either mode. */
export type PacketDocumentMode = 'detections' | 'all' | 'none';

export interface InferDeps {
  readonly store: ObjectStore;
  readonly dumps: DumpRegister;
  readonly models: ModelServer;
  /** What stands beside flow_net's model, and the explanations made from it. */
  readonly flowNet: { readonly metadata: FlowNetMetadata; readonly explain: Explainer };
  readonly packetDocuments: PacketDocumentMode;
  readonly log: Log;
  readonly clock: () => Date;
}
