// support: a naive flow's row: each figure from the list of its packets.

import type { Packet } from '../../lib/decode/packet.ts';
import { END_REASONS, type FlowField, TCP_STATES } from '../../lib/flow/flow-fields.ts';
import { nanoseconds } from './naive-clock.ts';
import { outerDestination, outerSource } from './naive-endpoints.ts';
import { lastRecord, type Member, type NaiveFlow, spread } from './naive-flow.ts';
import { windowOf } from './naive-host-window.ts';
import { saidFields } from './naive-said.ts';
import { FIN, RST, SYN, stateOf, TCP, tcpMembers } from './naive-tcp.ts';

export type NaiveRow = Partial<Record<FlowField, number | readonly number[]>>;

export function rowOf(flow: NaiveFlow, self: NaiveFlow, all: readonly NaiveFlow[]): NaiveRow {
  const { members, first } = flow;
  const isIcmp = flow.protocol === 1 || flow.protocol === 58;
  const start = members[0];
  let latest = members[0];
  for (const member of members) if (latest !== undefined && member.time >= latest.time) latest = member;
  const wall = (member: Member | undefined) => nanoseconds(member?.seconds ?? 0, member?.nanoseconds ?? 0);
  const passed = BigInt(Math.round(Math.max((flow.latest[0] ?? 0) - flow.startClock, 0) * 1e9));
  const end = wall(latest) < wall(start) ? wall(start) + passed : wall(latest);
  const gaps = spread(members.flatMap(({ gap }) => gap ?? []));
  const sizes = spread(members.map(({ record }) => record.packet.ipLength));
  const firsts = members.slice(0, 20);
  const firstGaps = firsts.map(({ gap }) => gap ?? 0);
  const isTurned = members[0]?.direction === 1;
  const { packet } = first;
  const ownMac = packet.hasMac ? macOf(packet.sourceMacHigh, packet.sourceMacLow) : [];
  const otherMac = packet.hasMac ? macOf(packet.destinationMacHigh, packet.destinationMacLow) : [];
  return {
    record: first.record,
    lastRecord: lastRecord(flow),
    offset: first.offset,
    records: members.length,
    thousandthRecord: members[999]?.record.record ?? -1,
    part: flow.part,
    interfaceId: first.interfaceId,
    startSeconds: start?.seconds ?? 0,
    startNanoseconds: start?.nanoseconds ?? 0,
    endSeconds: Number(end / 1_000_000_000n),
    endNanoseconds: Number(end % 1_000_000_000n),
    ipVersion: packet.ipVersion,
    protocol: flow.protocol,
    vlan: packet.vlan,
    source: bytesOfHex(flow.source),
    destination: bytesOfHex(flow.destination),
    sourcePort: flow.sourcePort,
    destinationPort: flow.destinationPort,
    icmpType: isIcmp ? packet.icmpType : -1,
    icmpCode: isIcmp ? packet.icmpCode : -1,
    sourceMac: isTurned ? otherMac : ownMac,
    destinationMac: isTurned ? ownMac : otherMac,
    tunnelType: packet.tunnelType,
    tunnelDepth: packet.tunnelDepth,
    tunnelId: packet.tunnelId,
    tunnelSource: packet.tunnelDepth === 0 ? [] : bytesOfHex(isTurned ? outerDestination(packet) : outerSource(packet)),
    tunnelDestination:
      packet.tunnelDepth === 0 ? [] : bytesOfHex(isTurned ? outerSource(packet) : outerDestination(packet)),
    tcpState: TCP_STATES.indexOf(stateOf(flow)),
    endReason: END_REASONS.indexOf(flow.ended?.reason ?? 'end-of-dump'),
    icmpUnreachable: flow.unreachable ? 1 : 0,
    ...saidFields(flow),
    gapMin: gaps.min,
    gapMax: gaps.max,
    gapMean: gaps.mean,
    gapStd: gaps.std,
    sizeMin: sizes.min,
    sizeMax: sizes.max,
    sizeMean: sizes.mean,
    sizeStd: sizes.std,
    firstSizes: firsts.map(({ record, direction }) => record.packet.payloadLength * (direction === 0 ? 1 : -1) || 0),
    firstDirections: firsts.map(({ direction }) => direction),
    firstGaps,
    ...sideOf(flow, 0, 'source'),
    ...sideOf(flow, 1, 'destination'),
    ...windowOf(flow, self, all, 'source'),
    ...windowOf(flow, self, all, 'destination'),
  };
}

function bytesOfHex(text: string): number[] {
  return [...Buffer.from(text, 'hex')];
}

function macOf(high: number, low: number): number[] {
  return bytesOfHex(`${high.toString(16).padStart(4, '0')}${(low >>> 0).toString(16).padStart(8, '0')}`);
}

const FLAGS = ['Fin', 'Syn', 'Rst', 'Psh', 'Ack', 'Urg', 'Ece', 'Cwr'] as const;

function sideOf(flow: NaiveFlow, direction: number, name: 'source' | 'destination'): NaiveRow {
  const members = flow.members.filter((member) => member.direction === direction);
  const payloads = members.filter(({ record }) => record.packet.payloadLength > 0);
  const tcp = tcpMembers(flow).filter((member) => member.direction === direction);
  const sizes = spread(members.map(({ record }) => record.packet.ipLength));
  const gaps = spread(members.flatMap(({ sideGap }) => sideGap ?? []));
  const first = members[0]?.record.packet;
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const side: Record<string, number | readonly number[]> = {
    Packets: members.length,
    Bytes: sum(members.map(({ record }) => record.originalLength)),
    PayloadPackets: payloads.length,
    PayloadBytes: sum(payloads.map(({ record }) => record.packet.payloadLength)),
    SizeMin: sizes.min,
    SizeMax: sizes.max,
    SizeMean: sizes.mean,
    SizeStd: sizes.std,
    GapMin: gaps.min,
    GapMax: gaps.max,
    GapMean: gaps.mean,
    GapStd: gaps.std,
    FirstWindow: first !== undefined && first.protocol === TCP && first.fragmentOffset === 0 ? first.tcpWindow : -1,
    FirstTtl: first?.ttl ?? 0,
    FirstTos: first?.tos ?? 0,
    Retransmissions: retransmissionsOf(tcp.map(({ record }) => record.packet)),
  };
  for (const [bit, flag] of FLAGS.entries()) {
    side[flag] = tcp.filter(({ record }) => record.packet.tcpFlags & (1 << bit)).length;
  }
  const kept = members.filter(({ record }) => record.payload.length > 0 && record.packet.fragmentOffset === 0);
  for (const k of [0, 1, 2]) {
    const record = kept[k]?.record;
    side[`Payload${k}`] = [...(record?.payload.subarray(0, 192) ?? [])];
    side[`PayloadRecord${k}`] = record?.record ?? -1;
    side[`PayloadOffset${k}`] = record?.offset ?? 0;
    side[`PayloadRecordLength${k}`] = record?.recordLength ?? 0;
    side[`PayloadLength${k}`] = record?.packet.payloadLength ?? 0;
  }
  return Object.fromEntries(Object.entries(side).map(([field, value]) => [`${name}${field}`, value]));
}

function retransmissionsOf(packets: readonly Packet[]): number {
  let next: number | undefined;
  let count = 0;
  for (const packet of packets) {
    const isMarked = (flag: number) => (packet.tcpFlags & flag) !== 0;
    const length = packet.payloadLength + (isMarked(SYN) ? 1 : 0) + (isMarked(FIN) ? 1 : 0);
    if (length === 0 || isMarked(RST)) continue;
    const end = (packet.tcpSequence + length) % 2 ** 32;
    const ahead = next === undefined ? 1 : (end - next + 2 ** 32) % 2 ** 32;
    if (ahead > 0 && ahead < 2 ** 31) {
      next = end;
      continue;
    }
    const isKeepAlive = length === 1 && packet.payloadLength === 1 && end === next;
    if (!isKeepAlive) count++;
  }
  return count;
}
