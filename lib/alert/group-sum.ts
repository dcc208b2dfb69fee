// alert: the sum of groups of one key; the same whatever the order and however the parts were cut.

import { type AlertGroup, GROUP_FLOWS, GROUP_PORTS, GROUP_REASONS, type GroupReason } from './alert-group.ts';
import { createDistinctSketch, type DistinctSketch, distinctCount } from './distinct-sketch.ts';
import { createLowestNumbers } from './lowest-numbers.ts';

/** Label and sides of a group; null is a collapsed side. */
export interface GroupKey {
  readonly label: string;
  readonly source: string | null;
  readonly destination: string | null;
}

export interface GroupSum {
  add(group: AlertGroup): void;
  toGroup(): AlertGroup;
}

/** Higher score first, then the earlier flow, then its own order. */
function compareReasons(a: GroupReason, b: GroupReason): number {
  return b.score - a.score || a.record - b.record || a.rank - b.rank;
}

/** The best reason of each feature, the best features first. A part's best five always hold the whole's. */
function bestReasons(reasons: Iterable<GroupReason>): GroupReason[] {
  const best = new Map<string, GroupReason>();
  for (const reason of reasons) {
    const known = best.get(reason.feature);
    if (known === undefined || compareReasons(reason, known) < 0) best.set(reason.feature, reason);
  }
  return [...best.values()].sort(compareReasons).slice(0, GROUP_REASONS);
}

function addSide(sketch: DistinctSketch, side: string | null, hashes: readonly number[]): void {
  if (side === null) sketch.addHashes(hashes);
  else sketch.add(side);
}

/** A sum that has had no group added is not a group: add before `toGroup`. */
export function createGroupSum(key: GroupKey): GroupSum {
  const sources = createDistinctSketch();
  const destinations = createDistinctSketch();
  const portSketch = createDistinctSketch();
  const ports = createLowestNumbers(GROUP_PORTS);
  const flowRecords = createLowestNumbers(GROUP_FLOWS);
  const transports = new Set<string>();
  let reasons: GroupReason[] = [];
  let [flows, packets, bytes, sumScore, maxScore] = [0, 0, 0, 0, 0];
  let [packetModelFlows, packetModelAgreed] = [0, 0];
  let minScore = Number.POSITIVE_INFINITY;
  let firstRecord = Number.POSITIVE_INFINITY;
  let first: bigint | undefined;
  let last: bigint | undefined;

  return {
    add(group) {
      if (key.source === null) addSide(sources, group.source, group.sourceSketch);
      if (key.destination === null) addSide(destinations, group.destination, group.destinationSketch);
      for (const [port, count] of group.ports) {
        ports.add(port, count);
        portSketch.add(String(port));
      }
      portSketch.addHashes(group.portSketch);
      for (const record of group.flowRecords) flowRecords.add(record, 1);
      for (const transport of group.transports) transports.add(transport);
      if (group.reasons.length > 0) reasons = bestReasons([...reasons, ...group.reasons]);
      flows += group.flows;
      packetModelFlows += group.packetModelFlows;
      packetModelAgreed += group.packetModelAgreed;
      packets += group.packets;
      bytes += group.bytes;
      sumScore += group.sumScore;
      maxScore = Math.max(maxScore, group.maxScore);
      minScore = Math.min(minScore, group.minScore);
      firstRecord = Math.min(firstRecord, group.firstRecord);
      const [firstSeen, lastSeen] = [BigInt(group.firstSeenNs), BigInt(group.lastSeenNs)];
      if (first === undefined || firstSeen < first) first = firstSeen;
      if (last === undefined || lastSeen > last) last = lastSeen;
    },
    toGroup() {
      const sourceSketch = sources.hashes();
      const destinationSketch = destinations.hashes();
      const portCounts = ports.entries();
      return {
        ...key,
        sources: Math.max(1, distinctCount(sourceSketch)),
        destinations: Math.max(1, distinctCount(destinationSketch)),
        sourceSketch,
        destinationSketch,
        flows,
        packets,
        bytes,
        firstSeenNs: String(first ?? 0n),
        lastSeenNs: String(last ?? 0n),
        firstRecord,
        maxScore,
        minScore,
        sumScore,
        packetModelFlows,
        packetModelAgreed,
        flowRecords: flowRecords.entries().map(([record]) => record),
        ports: portCounts,
        // While all ports are counted one by one, they need no sketch.
        portSketch: portCounts.length < GROUP_PORTS ? [] : portSketch.hashes(),
        transports: [...transports].sort(),
        reasons,
      };
    },
  };
}
