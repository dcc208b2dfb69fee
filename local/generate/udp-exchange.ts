// generate: single datagrams between two hosts as a tap sees them.
import { encodeUdpPacket } from './bytes/udp.ts';
import { type Host, ipFields } from './host.ts';
import { type TimedPacket, timedIp } from './packet.ts';
import type { Random } from './random.ts';

export interface UdpEnds {
  readonly client: Host;
  readonly server: Host;
  readonly clientPort: number;
  readonly serverPort: number;
}

export function udpFromClient(
  ends: UdpEnds,
  atNs: number,
  payload: Uint8Array,
  random: Random,
  opensFlow: boolean,
): TimedPacket {
  const ip = ipFields(ends.client, ends.server, random.integer(0, 0xffff));
  const bytes = encodeUdpPacket(ip, { sourcePort: ends.clientPort, destinationPort: ends.serverPort }, payload);
  return timedIp(atNs, ends.client, ends.server, bytes, opensFlow);
}

export function udpFromServer(ends: UdpEnds, atNs: number, payload: Uint8Array, random: Random): TimedPacket {
  const ip = ipFields(ends.server, ends.client, random.integer(0, 0xffff));
  const bytes = encodeUdpPacket(ip, { sourcePort: ends.serverPort, destinationPort: ends.clientPort }, payload);
  return timedIp(atNs, ends.server, ends.client, bytes, false);
}
