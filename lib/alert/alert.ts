// alert: what a person is told: who did what to whom, how bad it is and why we think so.

import type { Reason } from '../detection/verdict.ts';
import { alertDocumentId, type DumpVersion, flowDocumentId } from '../document/document-id.ts';
import { formatTime, fromNanoseconds } from '../document/document-time.ts';
import { type AlertGroup, GROUP_PORTS } from './alert-group.ts';
import { alertQuery } from './alert-query.ts';
import { type AttackTechnique, attackTechnique } from './attack-technique.ts';
import { distinctCount } from './distinct-sketch.ts';
import { assessRisk, type Evidence, type RiskWeights } from './risk.ts';

/** Destination ports an alert names, the most frequent first. */
const ALERT_PORTS = 32;

export interface Alert {
  readonly id: string;
  readonly label: string;
  /** Highest score of its flows, 0–1. */
  readonly score: number;
  /** 0–100, the sum of the evidence's points. */
  readonly riskScore: number;
  /** Null where there were more than 64; the count says how many. */
  readonly source: string | null;
  readonly destination: string | null;
  readonly sources: number;
  readonly destinations: number;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
  readonly transports: readonly string[];
  /** Most frequent destination ports with their flows, and how many distinct ones there were. */
  readonly ports: readonly (readonly [number, number])[];
  readonly distinctPorts: number;
  /** RFC 3339; undefined outside 1970–2262. */
  readonly firstSeen: string | undefined;
  readonly lastSeen: string | undefined;
  readonly durationNs: number;
  readonly firstRecord: number;
  readonly evidence: readonly Evidence[];
  readonly reasons: readonly Reason[];
  /** At most 100; the query finds all. */
  readonly flowIds: readonly string[];
  readonly query: string;
  readonly technique: AttackTechnique | undefined;
}

function distinctPorts({ ports, portSketch }: AlertGroup): number {
  return ports.length < GROUP_PORTS ? ports.length : Math.max(ports.length, distinctCount(portSketch));
}

export function alertOfGroup(version: DumpVersion, group: AlertGroup, weights: RiskWeights = {}): Alert {
  const portCount = distinctPorts(group);
  const { score: riskScore, evidence } = assessRisk(group, portCount, weights);
  const [first, last] = [BigInt(group.firstSeenNs), BigInt(group.lastSeenNs)];
  return {
    id: alertDocumentId(version, group.firstRecord, group.label),
    label: group.label,
    score: group.maxScore,
    riskScore,
    source: group.source,
    destination: group.destination,
    sources: group.sources,
    destinations: group.destinations,
    flows: group.flows,
    packets: group.packets,
    bytes: group.bytes,
    transports: group.transports,
    ports: [...group.ports].sort(([a, countA], [b, countB]) => countB - countA || a - b).slice(0, ALERT_PORTS),
    distinctPorts: portCount,
    firstSeen: formatTime(fromNanoseconds(first)),
    lastSeen: formatTime(fromNanoseconds(last)),
    durationNs: Number(last - first),
    firstRecord: group.firstRecord,
    evidence,
    reasons: group.reasons.map(({ feature, value, text, also }) => ({ feature, value, text, ...(also && { also }) })),
    flowIds: group.flowRecords.map((record) => flowDocumentId(version, record)),
    query: alertQuery(version.dumpId, group),
    technique: attackTechnique(group.label),
  };
}
