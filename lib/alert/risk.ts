// alert: how much an alert matters, 0–100, as the sum of named evidence that people can read and argue with.

import { ANOMALY, type Label } from '../detection/labels.ts';
import type { AlertGroup } from './alert-group.ts';
import { distinctCountText } from './distinct-sketch.ts';

/** One reason for the risk: so many points, in words. */
export interface Evidence {
  readonly name: 'kind' | 'confidence' | 'volume' | 'spread' | 'ports' | 'persistence' | 'packet-model';
  readonly points: number;
  readonly text: string;
}

/** The most each piece of evidence can give; together 100 without the packet model, whose word is a hint. */
export const EVIDENCE_LIMITS: Readonly<Record<Evidence['name'], number>> = {
  kind: 40,
  confidence: 20,
  volume: 15,
  spread: 10,
  ports: 5,
  persistence: 10,
  'packet-model': 5,
};
const MAX_RISK = 100;

export interface RiskWeights {
  /** The most that the packet model's word gives where it says the same of every flow. */
  readonly packetModelPoints?: number;
}

/** What a success of this kind costs, out of 40. */
const KIND_POINTS: Readonly<Record<Label, number>> = {
  Analysis: 15,
  Backdoor: 40,
  Bot: 36,
  DDoS: 32,
  DoS: 28,
  'DoS GoldenEye': 28,
  'DoS Hulk': 28,
  'DoS SlowHTTPTest': 26,
  'DoS Slowloris': 26,
  Exploits: 36,
  'FTP Patator': 28,
  Fuzzers: 18,
  Generic: 22,
  Heartbleed: 40,
  Infiltration: 40,
  Normal: 0,
  'Port Scan': 14,
  Reconnaissance: 14,
  'SSH Patator': 30,
  Shellcode: 40,
  'Web Attack - Brute Force': 28,
  'Web Attack - SQL Injection': 38,
  'Web Attack - XSS': 30,
  Worms: 40,
};
const UNKNOWN_KIND_POINTS = 20;
/** Most of what was never seen is harmless. */
const ANOMALY_POINTS = 5;

const POINTS_PER_DECADE_OF_FLOWS = 5;
const POINTS_PER_DOUBLING_OF_PEERS = 1.25;
const POINTS_PER_DECADE_OF_PORTS = 2;
const POINTS_PER_DOUBLING_OF_MINUTES = 1.5;

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

function limited(name: Evidence['name'], points: number, text: string, limit = EVIDENCE_LIMITS[name]): Evidence {
  return { name, points: Math.round(Math.min(limit, Math.max(0, points))), text };
}

/** `3.1 s`, `12 min`, `4.5 h`. */
export function durationText(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Number((seconds / 3600).toPrecision(2)).toLocaleString('en-US')} h`;
}

function kindPoints(label: string): number {
  if (label === ANOMALY) return ANOMALY_POINTS;
  return Object.hasOwn(KIND_POINTS, label) ? KIND_POINTS[label as Label] : UNKNOWN_KIND_POINTS; // hasOwn says it is a Label
}

function peersText({ source, sources, destination, destinations }: AlertGroup): string {
  if (source === null) return `${distinctCountText(sources)} sources against one host`;
  if (destination === null) return `one source against ${distinctCountText(destinations)} hosts`;
  return 'one source against one host';
}

/** Evidence of a group, that which weighs nothing left out; `distinctPorts` as alert counts them. */
export function assessRisk(
  group: AlertGroup,
  distinctPorts: number,
  { packetModelPoints = EVIDENCE_LIMITS['packet-model'] }: RiskWeights = {},
): { score: number; evidence: Evidence[] } {
  const { label, maxScore, flows, packetModelFlows, packetModelAgreed } = group;
  const peers = Math.max(group.sources, group.destinations);
  const seconds = Number(BigInt(group.lastSeenNs) - BigInt(group.firstSeenNs)) / 1e9;
  const all = [
    limited(
      'kind',
      kindPoints(label),
      label === ANOMALY ? 'no known attack, but unlike anything seen' : `${label}: weight of this kind of attack`,
    ),
    limited(
      'confidence',
      (maxScore - 0.5) * 2 * EVIDENCE_LIMITS.confidence,
      label === ANOMALY
        ? `its oddest flow has an anomaly score of ${maxScore.toFixed(3)}`
        : `the model is ${(maxScore * 100).toFixed(1)} % sure of its surest flow`,
    ),
    limited('volume', Math.log10(flows) * POINTS_PER_DECADE_OF_FLOWS, `${plural(flows, 'flow')} look like this`),
    limited('spread', Math.log2(peers) * POINTS_PER_DOUBLING_OF_PEERS, peersText(group)),
    limited(
      'ports',
      Math.log10(Math.max(1, distinctPorts)) * POINTS_PER_DECADE_OF_PORTS,
      `${distinctCountText(distinctPorts)} destination ports tried`,
    ),
    limited(
      'persistence',
      Math.log2(1 + seconds / 60) * POINTS_PER_DOUBLING_OF_MINUTES,
      `went on for ${durationText(seconds)}`,
    ),
    limited(
      'packet-model',
      (packetModelAgreed / Math.max(1, packetModelFlows)) * packetModelPoints,
      `the packet model says the same of ${packetModelAgreed.toLocaleString('en-US')} of ${plural(packetModelFlows, 'flow')} it could read`,
      packetModelPoints,
    ),
  ];
  const evidence = all.filter(({ points }) => points > 0);
  const sum = evidence.reduce((points, one) => points + one.points, 0);
  return { score: Math.min(MAX_RISK, sum), evidence };
}
