// generate: single frames from their fields, for tests that need one packet and no scenario.
import { macFor, parseAddress } from './bytes/address.ts';
import { encodeIcmpPacket } from './bytes/icmp.ts';
import type { IpFields } from './bytes/ip.ts';
import { encodeFrame, etherTypes, type LinkOptions } from './bytes/link.ts';
import { encodeTcpPacket, tcpFlags } from './bytes/tcp.ts';
import { textBytes } from './bytes/text.ts';
import { encodeUdpPacket } from './bytes/udp.ts';

export interface FrameFields {
  /** Text, IPv4 or IPv6; 10.0.0.1 and 10.0.0.2 where left out. */
  readonly source?: string;
  readonly destination?: string;
  readonly ttl?: number;
  readonly identification?: number;
  readonly trafficClass?: number;
  /** Ethernet where left out. */
  readonly link?: LinkOptions;
}

export interface TcpFrameFields extends FrameFields {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly sequence?: number;
  readonly acknowledgement?: number;
  /** ACK where left out. */
  readonly flags?: readonly (keyof typeof tcpFlags)[];
  readonly window?: number;
  readonly options?: Uint8Array;
  readonly payload?: Uint8Array | string;
}

export interface UdpFrameFields extends FrameFields {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly payload?: Uint8Array | string;
}

export interface IcmpFrameFields extends FrameFields {
  readonly type: number;
  readonly code?: number;
  readonly rest?: number;
  readonly body?: Uint8Array;
}

export function tcpFrame(fields: TcpFrameFields): Uint8Array {
  const tcp = {
    sourcePort: fields.sourcePort ?? 40_000,
    destinationPort: fields.destinationPort ?? 80,
    sequence: fields.sequence ?? 1000,
    acknowledgement: fields.acknowledgement ?? 0,
    flags: (fields.flags ?? ['ack']).reduce((sum, flag) => sum | tcpFlags[flag], 0),
    window: fields.window ?? 64_240,
    options: fields.options ?? new Uint8Array(0),
  };
  return framed(fields, encodeTcpPacket(ipOf(fields), tcp, payloadOf(fields.payload)));
}

export function udpFrame(fields: UdpFrameFields): Uint8Array {
  const udp = { sourcePort: fields.sourcePort ?? 40_000, destinationPort: fields.destinationPort ?? 53 };
  return framed(fields, encodeUdpPacket(ipOf(fields), udp, payloadOf(fields.payload)));
}

export function icmpFrame(fields: IcmpFrameFields): Uint8Array {
  const icmp = { type: fields.type, code: fields.code ?? 0, rest: fields.rest ?? 0x00010001 };
  return framed(fields, encodeIcmpPacket(ipOf(fields), icmp, fields.body ?? new Uint8Array(32)));
}

function ipOf(fields: FrameFields): IpFields {
  return {
    source: parseAddress(fields.source ?? '10.0.0.1'),
    destination: parseAddress(fields.destination ?? '10.0.0.2'),
    ttl: fields.ttl ?? 64,
    identification: fields.identification ?? 1,
    trafficClass: fields.trafficClass ?? 0,
  };
}

function framed(fields: FrameFields, bytes: Uint8Array): Uint8Array {
  const ip = ipOf(fields);
  const payload = {
    bytes,
    etherType: ip.source.length === 4 ? etherTypes.ipv4 : etherTypes.ipv6,
    sourceMac: macFor(ip.source),
    destinationMac: macFor(ip.destination),
  };
  return encodeFrame(payload, fields.link ?? { link: 'ethernet' }) ?? bytes;
}

function payloadOf(payload: Uint8Array | string | undefined): Uint8Array {
  return typeof payload === 'string' ? textBytes(payload) : (payload ?? new Uint8Array(0));
}
