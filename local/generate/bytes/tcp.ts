// generate: TCP segments in IP packets, https://www.rfc-editor.org/rfc/rfc9293#section-3.1.
import { type IpFields, openIpPacket, protocols, sealTransport, writeUint16, writeUint32 } from './ip.ts';

export const tcpFlags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

export interface TcpFields {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  readonly window: number;
  /** Options as on the wire, padded by the caller to a multiple of four. */
  readonly options?: Uint8Array;
}

const empty = new Uint8Array(0);

export function encodeTcpPacket(ip: IpFields, tcp: TcpFields, payload: Uint8Array = empty): Uint8Array {
  const options = tcp.options ?? empty;
  const header = 20 + options.length;
  const packet = openIpPacket(ip, protocols.tcp, header + payload.length);
  const { bytes, at } = packet;
  writeUint16(bytes, at, tcp.sourcePort);
  writeUint16(bytes, at + 2, tcp.destinationPort);
  writeUint32(bytes, at + 4, tcp.sequence);
  writeUint32(bytes, at + 8, tcp.acknowledgement);
  bytes[at + 12] = (header >>> 2) << 4;
  bytes[at + 13] = tcp.flags;
  writeUint16(bytes, at + 14, tcp.window);
  bytes.set(options, at + 20);
  bytes.set(payload, at + header);
  sealTransport(packet, protocols.tcp, 16);
  return bytes;
}
