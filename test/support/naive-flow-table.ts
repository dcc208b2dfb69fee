// support: the flow table once more, slow and obvious: every rule over plain objects and whole lists, nothing forgotten.

import type { Packet } from '../../lib/decode/packet.ts';
import { END_REASONS, type FlowField, TCP_STATES, type TcpState } from '../../lib/flow/flow-fields.ts';

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

export interface NaiveOptions {
  readonly maxOpenFlows: number;
  readonly maxParts: number;
  readonly volumeRecords: number;
  readonly volumeBytes: number;
}

export type NaiveRow = Partial<Record<FlowField, number | readonly number[]>>;

export interface NaiveResult {
  readonly rows: readonly NaiveRow[];
  /** By record: its flow and direction, or undefined. */
  readonly places: readonly ({ readonly flow: number; readonly direction: number } | undefined)[];
  readonly flowTableFull: number;
}

interface Member {
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

interface NaiveFlow {
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

const HOUR = 3600;
const [FIN, SYN, RST, , ACK] = [1, 2, 4, 8, 16];
const TCP = 6;
const UDP = 17;
const PAIRS: readonly (readonly [number, number, number])[] = [
  [1, 8, 0],
  [1, 13, 14],
  [1, 15, 16],
  [1, 9, 10],
  [1, 17, 18],
  [58, 128, 129],
  [58, 133, 134],
  [58, 135, 136],
];

/** Seconds as a whole number of nanoseconds. */
function nanoseconds(seconds: number, rest: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}

/** The time so far, kept as whole nanoseconds since 1970. */
class NaiveClock {
  now = 0n;
  wall = 0n;
  origin: bigint | undefined;
  strays: { readonly wall: bigint; readonly apply: (time: bigint, wall: bigint, now: bigint) => void }[] = [];

  /** `apply` is called at once, and again when a later step says otherwise. */
  take(wall: bigint, apply: (time: bigint, wall: bigint, now: bigint) => void): void {
    if (this.origin === undefined) {
      this.origin = wall;
      this.wall = wall;
    }
    const hour = BigInt(HOUR) * 1_000_000_000n;
    const distance = (other: bigint) => other - (this.origin ?? 0n) - this.now;
    const isStray = (other: bigint) => distance(other) > hour || distance(other) < -hour;
    const follow = (other: bigint) => {
      if (distance(other) > 0n) {
        this.now = other - (this.origin ?? 0n);
        this.wall = other;
      }
    };
    if (!isStray(wall)) {
      this.strays = [];
      follow(wall);
      apply(wall - this.origin, wall, this.now);
      return;
    }
    const isAhead = distance(wall) > 0n;
    this.strays = [...this.strays.filter((other) => distance(other.wall) > 0n === isAhead), { wall, apply }].slice(-3);
    if (this.strays.length < 3) {
      apply(this.now, this.wall, this.now);
      return;
    }
    const walls = this.strays.map((other) => other.wall).sort((a, b) => (a < b ? -1 : 1));
    const target = (isAhead ? walls[0] : walls[2]) ?? wall;
    if (isAhead) this.now = target - this.origin;
    else this.origin = target - this.now;
    this.wall = target;
    const still = [];
    const results = [];
    for (const other of this.strays) {
      if (isStray(other.wall)) {
        still.push(other);
        results.push({ other, time: this.now, wall: this.wall });
      } else {
        follow(other.wall);
        still.length = 0;
        results.push({ other, time: other.wall - this.origin, wall: other.wall });
      }
    }
    for (const { other, time, wall: shown } of results) other.apply(time, shown, this.now);
    this.strays = still;
  }
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

/** More than `limit` seconds later, to the nanosecond. */
function after(now: number, then: number, limit: number): boolean {
  return Math.round(now * 1e9) - Math.round(then * 1e9) > limit * 1e9;
}

function hex(...words: readonly number[]): string {
  return words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function endpointsOf(packet: Packet): NaiveEndpoints {
  return {
    source: hex(packet.source0, packet.source1, packet.source2, packet.source3),
    destination: hex(packet.destination0, packet.destination1, packet.destination2, packet.destination3),
    sourcePort: packet.sourcePort,
    destinationPort: packet.destinationPort,
    protocol: packet.protocol,
    vlan: packet.vlan,
    tunnel: tunnelOf(packet),
  };
}

function outerSource(packet: Packet): string {
  return hex(packet.outerSource0, packet.outerSource1, packet.outerSource2, packet.outerSource3);
}

function outerDestination(packet: Packet): string {
  return hex(packet.outerDestination0, packet.outerDestination1, packet.outerDestination2, packet.outerDestination3);
}

export function tunnelOf(packet: Packet): string {
  if (packet.tunnelDepth === 0) return '';
  const ends = [outerSource(packet), outerDestination(packet)].sort().join('=');
  return `${packet.tunnelType} ${packet.tunnelId} ${packet.tunnelDepth} ${ends}`;
}

function answerOf(packet: Packet): number | undefined {
  for (const [protocol, a, b] of PAIRS) {
    if (protocol !== packet.protocol) continue;
    if (packet.icmpType === a) return b;
    if (packet.icmpType === b) return a;
  }
  return undefined;
}

function keyOf(packet: Packet, ends: NaiveEndpoints): string {
  const isIcmp = packet.protocol === 1 || packet.protocol === 58;
  const answer = answerOf(packet);
  const from = `${ends.source}/${isIcmp ? packet.icmpType : ends.sourcePort}`;
  const to = `${ends.destination}/${isIcmp ? (answer ?? packet.icmpCode) : ends.destinationPort}`;
  const pair = isIcmp && answer === undefined ? `one way ${from}>${to}` : [from, to].sort().join('=');
  return `${pair} ${ends.protocol} ${ends.vlan} ${ends.tunnel}`;
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

function lastRecord(flow: NaiveFlow): number {
  return flow.members.at(-1)?.record.record ?? -1;
}

/** TCP packets of the flow with their flags; later fragments have none. */
function tcpMembers(flow: NaiveFlow): readonly Member[] {
  return flow.members.filter(({ record: { packet } }) => packet.protocol === TCP && packet.fragmentOffset === 0);
}

function historyOf(flow: NaiveFlow) {
  const handshake = new Set(flow.carried);
  const fin = new Set<number>();
  let reset: number | undefined;
  let isAnswered = false;
  for (const { direction, record } of tcpMembers(flow)) {
    const flags = record.packet.tcpFlags;
    if (direction === 1) isAnswered = true;
    if (flags & SYN) {
      if (direction === 0 && !(flags & ACK)) handshake.add('syn');
      if (direction === 1 && flags & ACK) handshake.add('syn-ack');
    } else if (direction === 0 && flags & ACK && !(flags & RST) && handshake.has('syn-ack')) handshake.add('complete');
    if (flags & FIN) fin.add(direction);
    if (flags & RST) reset ??= direction;
  }
  return { handshake, fin, reset, isAnswered };
}

function isClosing(flow: NaiveFlow): boolean {
  const { fin, reset } = historyOf(flow);
  return fin.size === 2 || reset !== undefined;
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

function stateOf(flow: NaiveFlow): TcpState {
  if (flow.protocol !== TCP) return 'none';
  const { handshake, fin, reset, isAnswered } = historyOf(flow);
  const syn = handshake.has('syn');
  const synAck = handshake.has('syn-ack');
  if (!syn && !synAck) return 'OTH';
  if (reset === 1) return synAck ? (syn ? 'RSTR' : 'RSTRH') : 'REJ';
  if (reset === 0) return synAck ? 'RSTO' : 'RSTOS0';
  if (fin.size === 2) return 'SF';
  if (fin.has(0)) return synAck ? 'S2' : 'SH';
  if (fin.has(1)) return syn ? 'S3' : 'SHR';
  if (syn && synAck) return 'S1';
  return syn && !isAnswered ? 'S0' : 'OTH';
}

function spread(values: readonly number[]) {
  if (values.length === 0) return { min: 0, max: 0, mean: 0, std: 0 };
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { min: Math.min(...values), max: Math.max(...values), mean, std };
}

/** Never negative; a packet that comes late leaves the latest time as it was. */
function gapAfter(flow: NaiveFlow, which: number, time: number): number | undefined {
  const latest = flow.latest[which];
  flow.latest[which] = Math.max(time, latest ?? time);
  return latest === undefined ? undefined : Math.max(time - latest, 0);
}

function bytesOfHex(text: string): number[] {
  return [...Buffer.from(text, 'hex')];
}

function macOf(high: number, low: number): number[] {
  return bytesOfHex(`${high.toString(16).padStart(4, '0')}${(low >>> 0).toString(16).padStart(8, '0')}`);
}

function rowOf(flow: NaiveFlow, self: NaiveFlow, all: readonly NaiveFlow[]): NaiveRow {
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

function windowOf(flow: NaiveFlow, self: NaiveFlow, all: readonly NaiveFlow[], of: 'source' | 'destination'): NaiveRow {
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
    MeanDestinationBytes: mean((other) => payload(other, 1)),
    MeanPackets: mean((other) => other.members.length),
    Udp: share((other) => other.protocol === UDP),
    Icmp: share((other) => other.protocol === 1 || other.protocol === 58),
    StartGapVariation: window.length < 3 || startGaps.mean === 0 ? 0 : startGaps.std / startGaps.mean,
    SourceBytesVariation: sourceBytes.mean === 0 ? 0 : sourceBytes.std / sourceBytes.mean,
  };
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${of}Window${name}`, value]));
}
