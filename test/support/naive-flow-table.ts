// support: the flow table once more, slow and obvious: every rule over plain objects and whole lists, nothing forgotten.

import type { Packet } from '../../lib/decode/packet.ts';
import type { END_REASONS } from '../../lib/flow/flow-fields.ts';
import { NaiveClock, nanoseconds } from './naive-clock.ts';
import { endpointsOf, keyOf } from './naive-endpoints.ts';
import { after, lastRecord, type Member, type NaiveEndpoints, type NaiveFlow, type NaiveRecord } from './naive-flow.ts';
import { type NaiveRow, rowOf } from './naive-flow-row.ts';
import { ACK, historyOf, isClosing, RST, SYN, TCP, tcpMembers } from './naive-tcp.ts';

export interface NaiveOptions {
  readonly maxOpenFlows: number;
  readonly maxParts: number;
  readonly volumeRecords: number;
  readonly volumeBytes: number;
}

export interface NaiveResult {
  readonly rows: readonly NaiveRow[];
  /** By record: its flow and direction, or undefined. */
  readonly places: readonly ({ readonly flow: number; readonly direction: number } | undefined)[];
  readonly flowTableFull: number;
}

export function naiveFlows(records: readonly NaiveRecord[], options: NaiveOptions): NaiveResult {
  const clock = new NaiveClock();
  const flows: NaiveFlow[] = [];
  const rows: NaiveRow[] = [];
  const parts = new Map<string, NaiveFlow>();
  const fragments = new Map<string, NaiveFlow>();
  const places: ({ flow: number; direction: number } | undefined)[] = [];
  let flowTableFull = 0;
  const seconds = () => Number(clock.now) / 1e9;
  const open = () => flows.filter((flow) => flow.ended === undefined);

  function end(flow: NaiveFlow, reason: (typeof END_REASONS)[number]): void {
    rows.push(rowOf({ ...flow, ended: { reason, clock: Infinity } }, flow, flows));
    flow.ended = { reason, clock: seconds() };
    if (reason === 'closed') return;
    parts.delete(flow.key);
    parts.set(flow.key, flow);
    if (parts.size > options.maxParts) parts.delete([...parts.keys()][0] ?? '');
  }

  function endAllOf(ending: readonly (readonly [NaiveFlow, (typeof END_REASONS)[number]])[]): void {
    const sorted = [...ending].sort(([a], [b]) => a.lastClock - b.lastClock || a.first.record - b.first.record);
    for (const [flow, reason] of sorted) end(flow, reason);
  }

  for (const record of records) {
    const stamp = { time: 0, seconds: 0, nanoseconds: 0 };
    let member: Member | undefined;
    let memberFlow: NaiveFlow | undefined;
    clock.take(nanoseconds(record.seconds, record.nanoseconds), (time, wall, now) => {
      stamp.time = Number(time) / 1e9;
      stamp.seconds = Number((wall - (((wall % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)) / 1_000_000_000n);
      stamp.nanoseconds = Number(((wall % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
      if (member === undefined || memberFlow?.ended !== undefined || memberFlow === undefined) return;
      Object.assign(member, stamp);
      if (memberFlow.members[0] === member) memberFlow.startClock = Number(now) / 1e9;
      if (memberFlow.members.at(-1) === member) memberFlow.lastClock = Number(now) / 1e9;
      const timesOf = (members: readonly Member[]) => members.map(({ time: own }) => own);
      const { members } = memberFlow;
      const sides = [members, ...[0, 1].map((side) => members.filter(({ direction }) => direction === side))];
      memberFlow.latest = sides.map((of) => (of.length === 0 ? undefined : Math.max(...timesOf(of))));
    });
    endAllOf(
      open().flatMap((flow): readonly (readonly [NaiveFlow, (typeof END_REASONS)[number]])[] => {
        if (flow.closing !== undefined && after(seconds(), flow.closing, 1)) return [[flow, 'closed']];
        if (after(seconds(), flow.lastClock, 60)) return [[flow, 'idle']];
        if (after(seconds(), flow.startClock, 120)) return [[flow, 'active']];
        const isFar =
          record.record - flow.first.record >= options.volumeRecords ||
          record.offset - flow.first.offset >= options.volumeBytes;
        return isFar ? [[flow, 'volume']] : [];
      }),
    );
    const { packet } = record;
    if (packet.reason !== 0) {
      places.push(undefined);
      continue;
    }
    let flow: NaiveFlow | undefined;
    const ends = endpointsOf(packet);
    const fragmentKey = [
      ends.source,
      ends.destination,
      packet.identification,
      packet.protocol,
      packet.vlan,
      ends.tunnel,
    ].join(' ');
    if (packet.fragmentOffset > 0) {
      flow = fragments.get(fragmentKey);
      if (flow === undefined || flow.ended !== undefined) {
        places.push(undefined);
        continue;
      }
    } else {
      const key = keyOf(packet, ends);
      flow = open().find((other) => other.key === key);
      if (flow !== undefined && isNewConnection(flow, packet, ends)) {
        end(flow, 'closed');
        flow = undefined;
      }
      if (flow === undefined) {
        if (open().length >= options.maxOpenFlows) {
          flowTableFull++;
          const [idlest] = open().sort((a, b) => lastRecord(a) - lastRecord(b));
          if (idlest !== undefined) end(idlest, 'cap');
        }
        flow = begin(record, key, ends, parts.get(key), seconds());
        parts.delete(key);
        flows.push(flow);
      }
    }
    const direction =
      ends.source === flow.source && (packet.fragmentOffset > 0 || isFromSource(flow, packet, ends)) ? 0 : 1;
    const gap = gapAfter(flow, 0, stamp.time);
    member = { record, direction, ...stamp, gap, sideGap: gapAfter(flow, 1 + direction, stamp.time) };
    memberFlow = flow;
    flow.members.push(member);
    flow.lastClock = seconds();
    if (flow.closing === undefined && packet.protocol === TCP && isClosing(flow)) flow.closing = seconds();
    if (packet.moreFragments && packet.fragmentOffset === 0) fragments.set(fragmentKey, flow);
    const { quoted } = record;
    if (quoted !== undefined) {
      const key = keyOf({ ...packet, ...quoted, icmpType: 0, icmpCode: 0 }, quoted);
      const refused = open().find((other) => other.key === key);
      if (refused !== undefined) refused.unreachable = true;
    }
    places.push({ flow: flow.first.record, direction });
  }
  endAllOf(open().map((flow) => [flow, flow.closing === undefined ? 'end-of-dump' : 'closed']));
  return { rows, places, flowTableFull };
}

function isFromSource(flow: NaiveFlow, packet: Packet, ends: NaiveEndpoints): boolean {
  if (flow.protocol !== 1 && flow.protocol !== 58) {
    return ends.sourcePort === flow.sourcePort && ends.destinationPort === flow.destinationPort;
  }
  if (ends.source !== ends.destination) return true;
  return packet.icmpType === flow.sourceIcmpType;
}

function begin(
  record: NaiveRecord,
  key: string,
  ends: NaiveEndpoints,
  previous: NaiveFlow | undefined,
  now: number,
): NaiveFlow {
  const { packet } = record;
  const isSyn = packet.protocol === TCP && (packet.tcpFlags & SYN) !== 0;
  const isAnswer = isSyn && (packet.tcpFlags & ACK) !== 0;
  const goesOn = previous !== undefined && !isSyn;
  let isTurned = isAnswer;
  if (goesOn) isTurned = ends.source !== previous.source || !isFromSource(previous, packet, ends);
  return {
    key,
    first: record,
    source: isTurned ? ends.destination : ends.source,
    destination: isTurned ? ends.source : ends.destination,
    sourcePort: isTurned ? ends.destinationPort : ends.sourcePort,
    destinationPort: isTurned ? ends.sourcePort : ends.destinationPort,
    protocol: packet.protocol,
    sourceIcmpType: goesOn ? previous.sourceIcmpType : packet.icmpType,
    part: goesOn ? previous.part + 1 : 0,
    carried: goesOn ? historyOf(previous).handshake : new Set(),
    members: [],
    latest: [],
    startClock: now,
    lastClock: now,
    unreachable: false,
  };
}

function isNewConnection(flow: NaiveFlow, packet: Packet, ends: NaiveEndpoints): boolean {
  if (packet.protocol !== TCP || (packet.tcpFlags & (SYN | ACK | RST)) !== SYN) return false;
  if (flow.closing !== undefined) return true;
  const { handshake } = historyOf(flow);
  if (!handshake.has('syn') && !handshake.has('syn-ack')) return true;
  if (!handshake.has('complete')) return false;
  const direction = ends.source === flow.source && isFromSource(flow, packet, ends) ? 0 : 1;
  const syn = tcpMembers(flow).find((one) => one.direction === direction && one.record.packet.tcpFlags & SYN);
  return syn?.record.packet.tcpSequence !== packet.tcpSequence;
}

/** Never negative; a packet that comes late leaves the latest time as it was. */
function gapAfter(flow: NaiveFlow, which: number, time: number): number | undefined {
  const latest = flow.latest[which];
  flow.latest[which] = Math.max(time, latest ?? time);
  return latest === undefined ? undefined : Math.max(time - latest, 0);
}
