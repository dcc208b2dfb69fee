// generate: single TCP segments and ICMP messages between two hosts, as no stack would send them by itself.
import { encodeIcmpPacket, type IcmpFields } from './bytes/icmp.ts';
import { protocols } from './bytes/ip.ts';
import { encodeTcpPacket } from './bytes/tcp.ts';
import { inFragments } from './datagram.ts';
import { type Host, ipFields } from './host.ts';
import { type TimedPacket, timedIp } from './packet.ts';
import type { Random } from './random.ts';

export interface Segment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly flags: number;
  readonly sequence?: number;
  readonly acknowledgement?: number;
  readonly window?: number;
  readonly options?: Uint8Array;
  readonly payload?: Uint8Array;
  readonly ttl?: number;
}

export function segment(
  from: Host,
  to: Host,
  atNs: number,
  fields: Segment,
  random: Random,
  opensFlow: boolean,
): TimedPacket {
  const plain = ipFields(from, to, random.integer(0, 0xffff));
  const ip = fields.ttl === undefined ? plain : { ...plain, ttl: fields.ttl };
  const tcp = { sequence: 0, acknowledgement: 0, window: 0, ...fields };
  return timedIp(atNs, from, to, encodeTcpPacket(ip, tcp, fields.payload), opensFlow);
}

export function* icmp(
  from: Host,
  to: Host,
  atNs: number,
  message: IcmpFields,
  body: Uint8Array,
  random: Random,
  opensFlow = false,
): Generator<TimedPacket> {
  const ip = ipFields(from, to, random.integer(0, 0xffff));
  const fitting = from.address.length === 4 ? body : body.subarray(0, 1400);
  yield* inFragments(encodeIcmpPacket(ip, message, fitting), from, to, atNs, protocols.icmp, opensFlow);
}

export function echoTypes(host: Host): readonly [request: number, reply: number] {
  return host.address.length === 16 ? [128, 129] : [8, 0];
}
