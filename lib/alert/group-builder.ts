// alert: one chunk's detections as partial groups.

import { ANOMALY } from '../detection/labels.ts';
import type { PacketModelVerdict } from '../detection/packet-verdict.ts';
import type { FlowVerdict } from '../detection/verdict.ts';
import { toNanoseconds } from '../document/document-time.ts';
import { flowEndpoint, valueAt } from '../document/flow-side.ts';
import { transportName } from '../document/network-name.ts';
import type { FlowRows } from '../flow/flow-fields.ts';
import { type AlertGroup, GROUP_REASONS, type GroupsObject, SCORE_UNITS } from './alert-group.ts';
import { createGroupTable } from './group-table.ts';

/** Groups of one chunk; the flows of those beyond are counted as dropped. */
export const MAX_CHUNK_GROUPS = 8192;

export interface GroupBuilder {
  /** Count row `i` if its verdict is a detection, or an anomaly that is asked for; constant time. */
  add(rows: FlowRows, i: number, verdict: FlowVerdict, packetVerdict?: PacketModelVerdict): void;
  finish(): Pick<GroupsObject, 'groups' | 'dropped'>;
}

/** A detection as a group of one flow. */
export function groupOfDetection(
  rows: FlowRows,
  i: number,
  verdict: FlowVerdict,
  packetVerdict?: PacketModelVerdict,
): AlertGroup {
  const { columns } = rows;
  const record = valueAt(columns.record, i);
  const source = flowEndpoint(rows, i, 'source');
  const destination = flowEndpoint(rows, i, 'destination');
  const start = { seconds: valueAt(columns.startSeconds, i), nanoseconds: valueAt(columns.startNanoseconds, i) };
  const end = { seconds: valueAt(columns.endSeconds, i), nanoseconds: valueAt(columns.endNanoseconds, i) };
  const protocol = valueAt(columns.protocol, i);
  return {
    label: verdict.label,
    source: source.ip,
    destination: destination.ip,
    sources: 1,
    destinations: 1,
    sourceSketch: [],
    destinationSketch: [],
    flows: 1,
    packets: source.packets + destination.packets,
    bytes: source.bytes + destination.bytes,
    firstSeenNs: String(toNanoseconds(start)),
    lastSeenNs: String(toNanoseconds(end)),
    firstRecord: record,
    maxScore: verdict.score,
    minScore: verdict.score,
    sumScore: Math.round(verdict.score * SCORE_UNITS),
    packetModelFlows: packetVerdict === undefined ? 0 : 1,
    packetModelAgreed: packetVerdict?.label === verdict.label ? 1 : 0,
    flowRecords: [record],
    ports: destination.port === undefined ? [] : [[destination.port, 1]],
    portSketch: [],
    transports: [transportName(protocol) ?? String(protocol)],
    reasons: verdict.reasons
      .slice(0, GROUP_REASONS)
      .map((reason, rank) => ({ ...reason, score: verdict.score, record, rank })),
  };
}

/** A flow of no label: its score is how little it looks like anything seen. */
function groupOfAnomaly(rows: FlowRows, i: number, verdict: FlowVerdict): AlertGroup {
  const group = groupOfDetection(rows, i, { ...verdict, score: verdict.anomaly, reasons: [] });
  return { ...group, label: ANOMALY };
}

/** @param anomalyAlerts flows without a detection are counted from this anomaly score on; where left out, never. */
export function createGroupBuilder(anomalyAlerts = Number.POSITIVE_INFINITY): GroupBuilder {
  const table = createGroupTable(MAX_CHUNK_GROUPS);
  return {
    add(rows, i, verdict, packetVerdict) {
      if (verdict.detection) table.add(groupOfDetection(rows, i, verdict, packetVerdict));
      else if (verdict.anomaly >= anomalyAlerts) table.add(groupOfAnomaly(rows, i, verdict));
    },
    finish() {
      const { groups, dropped } = table.finish();
      return { groups: [...groups], dropped };
    },
  };
}
