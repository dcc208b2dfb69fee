// infer: what the stage needs of the rooms around it, as one plain object; main.ts fills it in.

import type { DumpRegister } from '../../lib/dump/dump-register.ts';
import type { Log } from '../../lib/log/log.ts';
import type { ModelServer } from '../../lib/model/model-server.ts';
import type { MessageQueue } from '../../lib/queue/message-queue.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import type { FlowModels } from './flow-models.ts';
import type { PacketModels } from './packet-models.ts';

/** `detections`: packets of flows with a detection. At most 1,000 of a flow in either mode. */
export type PacketDocumentMode = 'detections' | 'all' | 'none';

/** What a chunk may spend on the packet model. */
export interface PacketBudget {
  /** First payload packets of each direction of a flow that are scored, at most three. */
  readonly packets: number;
  readonly seconds: number;
  /** Batches on their way to the model server at once. */
  readonly lanes: number;
}

export interface InferDeps {
  readonly store: ObjectStore;
  readonly dumps: DumpRegister;
  readonly queue: MessageQueue;
  readonly models: ModelServer;
  readonly flowModels: FlowModels;
  readonly packetModels: PacketModels;
  readonly packetBudget: PacketBudget;
  /** Flows without a detection are raised from this anomaly score on; where left out, never. */
  readonly anomalyAlerts?: number | undefined;
  readonly packetDocuments: PacketDocumentMode;
  readonly log: Log;
  readonly clock: () => Date;
}
