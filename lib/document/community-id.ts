// document: Community ID v1 (github.com/corelight/community-id-spec): one name for a connection in every tool.

import { hash } from 'node:crypto';

/** What the id is made of; addresses lie as 16 bytes at their positions, IPv4 in the last four. */
export interface CommunityTuple {
  readonly ipVersion: number;
  readonly protocol: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly icmpType: number;
  readonly icmpCode: number;
}

const ICMP = 1;
const ICMPV6 = 58;
const PROTOCOLS_WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 132]);
const IPV4_START = 12;

/** Message types that ask and answer each other; the pair stands in place of the ports. */
const ICMP_PAIRS: ReadonlyMap<number, number> = pairs([8, 0], [13, 14], [15, 16], [17, 18], [10, 9]);
const ICMPV6_PAIRS: ReadonlyMap<number, number> = pairs(
  [128, 129],
  [133, 134],
  [135, 136],
  [130, 131],
  [144, 145],
  [139, 140],
);

function pairs(...list: readonly (readonly [number, number])[]): ReadonlyMap<number, number> {
  return new Map([...list, ...list.map(([a, b]) => [b, a] as const)]);
}

interface Ports {
  readonly source: number;
  readonly destination: number;
  /** True: the two ends are not put in order. */
  readonly oneWay: boolean;
}

/** Ports, or what stands for them; undefined for protocols that have none. */
function portsOf(tuple: CommunityTuple): Ports | undefined {
  const { protocol, icmpType, icmpCode } = tuple;
  if (PROTOCOLS_WITH_PORTS.has(protocol)) {
    return { source: tuple.sourcePort, destination: tuple.destinationPort, oneWay: false };
  }
  if (protocol !== ICMP && protocol !== ICMPV6) return undefined;
  const counterpart = (protocol === ICMP ? ICMP_PAIRS : ICMPV6_PAIRS).get(icmpType);
  if (counterpart !== undefined) return { source: icmpType, destination: counterpart, oneWay: false };
  return { source: Math.max(0, icmpType), destination: Math.max(0, icmpCode), oneWay: true };
}

export function communityId(tuple: CommunityTuple, seed = 0): string {
  const start = tuple.ipVersion === 4 ? IPV4_START : 0;
  const source = tuple.source.subarray(start, 16);
  const destination = tuple.destination.subarray(start, 16);
  const ports = portsOf(tuple);
  const order = Buffer.compare(source, destination) || (ports?.source ?? 0) - (ports?.destination ?? 0);
  const swap = order > 0 && ports?.oneWay !== true;
  const bytes = Buffer.allocUnsafe(2 + 2 * source.length + 2 + (ports === undefined ? 0 : 4));
  bytes.writeUInt16BE(seed, 0);
  bytes.set(swap ? destination : source, 2);
  bytes.set(swap ? source : destination, 2 + source.length);
  const end = 2 + 2 * source.length;
  bytes[end] = tuple.protocol;
  bytes[end + 1] = 0;
  if (ports !== undefined) {
    bytes.writeUInt16BE(swap ? ports.destination : ports.source, end + 2);
    bytes.writeUInt16BE(swap ? ports.source : ports.destination, end + 4);
  }
  return `1:${hash('sha1', bytes, 'base64')}`;
}
