// infer: which of a flow's packets the packet model is asked about, and why it is not asked about the others.

import type { FlowRows } from '../../lib/flow/flow-fields.ts';
import { flowOutOfScope, type NotScoredReason } from '../../lib/model/packet-scope.ts';

const SIDES = ['source', 'destination'] as const;
const HEADS = [0, 1, 2] as const;
/** Packets of flows with a detection come before all others, then first packets before second ones. */
const RANK_WITHOUT_DETECTION = HEADS.length;

export interface WantedPacket {
  /** Of its flow. */
  readonly row: number;
  readonly record: number;
  /** A lower one is more urgent. */
  readonly rank: number;
}

export interface FlowPackets {
  readonly wanted: readonly WantedPacket[];
  /** All others of the flow, by reason. */
  readonly others: readonly (readonly [reason: NotScoredReason, packets: number])[];
}

/** `most`: first payload packets of each direction, three at most. */
export function flowPackets({ columns }: FlowRows, row: number, most: number, isDetection: boolean): FlowPackets {
  const packets = (columns.sourcePackets[row] ?? 0) + (columns.destinationPackets[row] ?? 0);
  const outOfScope = flowOutOfScope(columns.protocol[row] ?? 0, columns.ipVersion[row] ?? 0);
  if (outOfScope !== undefined) return { wanted: [], others: [[outOfScope, packets]] };
  const withPayload = (columns.sourcePayloadPackets[row] ?? 0) + (columns.destinationPayloadPackets[row] ?? 0);
  const rank = isDetection ? 0 : RANK_WITHOUT_DETECTION;
  const wanted = SIDES.flatMap((side) =>
    HEADS.slice(0, most).flatMap((k) => {
      const record = columns[`${side}PayloadRecord${k}`][row] ?? -1;
      return record < 0 ? [] : [{ row, record, rank: rank + k }];
    }),
  );
  const others = [
    ['no-payload', packets - withPayload],
    ['sampled', withPayload - wanted.length],
  ] as const;
  return { wanted, others };
}
