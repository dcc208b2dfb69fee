// support: a naive flow's host windows: filters over all flows.

import { after, lastRecord, type NaiveFlow, spread } from './naive-flow.ts';
import type { NaiveRow } from './naive-flow-row.ts';
import { isDenied } from './naive-said.ts';
import { historyOf } from './naive-tcp.ts';

const UDP = 17;

export function windowOf(
  flow: NaiveFlow,
  self: NaiveFlow,
  all: readonly NaiveFlow[],
  of: 'source' | 'destination',
): NaiveRow {
  const now = flow.lastClock;
  const known = all.filter((other) => other[of] === flow[of] && other.first.record <= lastRecord(flow));
  const recent = known.filter((other) => other === self || !after(now, other.startClock, 60)).reverse();
  const others = recent.filter((other) => other !== self);
  const position = recent.indexOf(self);
  const window = position >= 99 ? [...others.slice(0, 99), self] : recent.slice(0, 100);
  const peer = of === 'source' ? 'destination' : 'source';
  const distinct = (values: readonly unknown[]) => new Set(values).size;
  const share = (test: (other: NaiveFlow) => boolean) => window.filter(test).length / window.length;
  const mean = (value: (other: NaiveFlow) => number) =>
    window.reduce((sum, one) => sum + value(one), 0) / window.length;
  const pair = window.filter((other) => other.source === flow.source && other.destination === flow.destination);
  const payload = (other: NaiveFlow, direction: number) =>
    other.members
      .filter((member) => member.direction === direction)
      .reduce((sum, { record }) => sum + record.packet.payloadLength, 0);
  const seconds = now - (window.at(-1)?.startClock ?? now);
  const isOpen = (other: NaiveFlow) => {
    const end = other.closing ?? (other === self ? Infinity : (other.ended?.clock ?? Infinity));
    return end > now;
  };
  const starts = window.map(({ startClock }) => startClock);
  const startGaps = spread(starts.slice(1).map((start, k) => (starts[k] ?? 0) - start));
  const sourceBytes = spread(window.map((other) => payload(other, 0)));
  const destinationBytes = spread(window.map((other) => payload(other, 1)));
  const isEstablished = (other: NaiveFlow) => historyOf(other).handshake.has('complete');
  const figures: Record<string, number> = {
    Flows: window.length,
    Seconds: seconds,
    Peers: distinct(window.map((other) => other[peer])),
    Ports: distinct(window.map((other) => other.destinationPort)),
    Services: distinct(window.map((other) => `${other[peer]} ${other.destinationPort}`)),
    SamePort: share((other) => other.destinationPort === flow.destinationPort),
    SamePair: pair.length,
    SamePairPort: pair.filter((other) => other.destinationPort === flow.destinationPort).length,
    PairPorts: distinct(pair.map((other) => other.destinationPort)),
    Unanswered: share((other) => other.members.every(({ direction }) => direction === 0)),
    Refused: share((other) => {
      const { handshake, reset } = historyOf(other);
      return other.unreachable || (reset === 1 && !handshake.has('syn-ack'));
    }),
    Established: share(isEstablished),
    HalfOpen: share((other) => {
      const { handshake, reset } = historyOf(other);
      return handshake.has('syn') && !isEstablished(other) && reset === undefined;
    }),
    Open: window.filter(isOpen).length,
    OpenIdle: window.filter((other) => isOpen(other) && after(now, other.lastClock, 5)).length,
    Rate: (window.length - 1) / Math.max(seconds, 0.001),
    MeanSourceBytes: sourceBytes.mean,
    MeanDestinationBytes: destinationBytes.mean,
    MeanPackets: mean((other) => other.members.length),
    Udp: share((other) => other.protocol === UDP),
    Icmp: share((other) => other.protocol === 1 || other.protocol === 58),
    StartGapVariation: window.length < 3 || startGaps.mean === 0 ? 0 : startGaps.std / startGaps.mean,
    SourceBytesVariation: sourceBytes.mean === 0 ? 0 : sourceBytes.std / sourceBytes.mean,
    DestinationBytesVariation: destinationBytes.mean === 0 ? 0 : destinationBytes.std / destinationBytes.mean,
    Denied: share(isDenied),
  };
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${of}Window${name}`, value]));
}
