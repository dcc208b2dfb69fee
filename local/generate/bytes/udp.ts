// generate: UDP datagrams in IP packets, https://www.rfc-editor.org/rfc/rfc768.
import { type IpFields, openIpPacket, protocols, sealTransport, writeUint16 } from './ip.ts';

export interface UdpFields {
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export function encodeUdpPacket(ip: IpFields, udp: UdpFields, payload: Uint8Array): Uint8Array {
  const packet = openIpPacket(ip, protocols.udp, 8 + payload.length);
  const { bytes, at } = packet;
  writeUint16(bytes, at, udp.sourcePort);
  writeUint16(bytes, at + 2, udp.destinationPort);
  writeUint16(bytes, at + 4, 8 + payload.length);
  bytes.set(payload, at + 8);
  sealTransport(packet, protocols.udp, 6);
  return bytes;
}
