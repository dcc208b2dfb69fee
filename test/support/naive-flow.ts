// support: what the naive twin of the flow table holds of a flow: all its packets, nothing forgotten.

import type { Packet } from '../../lib/decode/packet.ts';
import type { END_REASONS } from '../../lib/flow/flow-fields.ts';

export interface NaiveRecord {
  readonly record: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly offset: number;
  readonly recordLength: number;
  readonly originalLength: number;
  readonly interfaceId: number;
  /** Decoded, a copy of its own. */
  readonly packet: Packet;
  /** Its captured payload. */
  readonly payload: Uint8Array;
  /** For an ICMP unreachable: the endpoints it quotes. */
  readonly quoted?: NaiveEndpoints | undefined;
}

export interface NaiveEndpoints {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly vlan: number;
  /** The same both ways; empty outside one. */
  readonly tunnel: string;
}

export interface Member {
  readonly record: NaiveRecord;
  readonly direction: number;
  /** Since the flow's latest packet, and since the latest of its direction; none for a first one. */
  readonly gap: number | undefined;
  readonly sideGap: number | undefined;
  /** Seconds since the first record, as the clock takes them. */
  time: number;
  seconds: number;
  nanoseconds: number;
}

export interface NaiveFlow {
  readonly key: string;
  readonly first: NaiveRecord;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  /** What the source of an ICMP flow to itself sends. */
  readonly sourceIcmpType: number;
  readonly part: number;
  /** Of the part before. */
  readonly carried: ReadonlySet<string>;
  readonly members: Member[];
  /** Time of the latest packet: of the flow, of its source, of its destination. */
  latest: (number | undefined)[];
  startClock: number;
  lastClock: number;
  closing?: number;
  ended?: { readonly reason: (typeof END_REASONS)[number]; readonly clock: number };
  unreachable: boolean;
}

export function lastRecord(flow: NaiveFlow): number {
  return flow.members.at(-1)?.record.record ?? -1;
}

/** More than `limit` seconds later, to the nanosecond. */
export function after(now: number, then: number, limit: number): boolean {
  return Math.round(now * 1e9) - Math.round(then * 1e9) > limit * 1e9;
}

export function spread(values: readonly number[]) {
  if (values.length === 0) return { min: 0, max: 0, mean: 0, std: 0 };
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { min: Math.min(...values), max: Math.max(...values), mean, std };
}
