// decode (tests): an Ethernet frame put into one more tunnel, as the Ethernet frame that carries it.
import { bytesOf, ethernet, ipv4, ipv6, join, udp } from './frames.ts';

export type Tunnel = (frame: Uint8Array) => Uint8Array;

function u16(value: number): string {
  return value.toString(16).padStart(4, '0');
}

/** A datagram to `port`, from 49,152; in IPv4. */
export function udpTo(port: number, payload: Uint8Array): Uint8Array {
  const datagram = udp(payload);
  datagram.set(bytesOf(`c000${u16(port)}`));
  return ethernet(0x0800, ipv4(datagram, { protocol: 17 }));
}

function inIpv4(protocol: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return ethernet(0x0800, ipv4(join(...parts), { protocol }));
}

function etherTypeOf(frame: Uint8Array): string {
  return Buffer.from(frame.subarray(12, 14)).toString('hex');
}

/** The network layer of an untagged frame. */
function networkOf(frame: Uint8Array): Uint8Array {
  return frame.slice(14);
}

export const ipInIp: Tunnel = (frame) => inIpv4(etherTypeOf(frame) === '86dd' ? 41 : 4, networkOf(frame));
export const ipInIpv6: Tunnel = (frame) =>
  ethernet(0x86dd, ipv6(networkOf(frame), { nextHeader: etherTypeOf(frame) === '86dd' ? 41 : 4 }));
export const greIp: Tunnel = (frame) => inIpv4(47, bytesOf(`0000${etherTypeOf(frame)}`), networkOf(frame));
/** Checksum, key 0x01020304 and sequence number; a whole frame behind. */
export const greFrame: Tunnel = (frame) => inIpv4(47, bytesOf('b0006558 abcd0000 01020304 00000009'), frame);
export const grePpp: Tunnel = (frame) =>
  inIpv4(47, bytesOf('3081880b 00200001 00000002 00000003 ff030021'), networkOf(frame));
export const erspan1: Tunnel = (frame) => inIpv4(47, bytesOf('000088be'), frame);
/** Session 0x123. */
export const erspan2: Tunnel = (frame) => inIpv4(47, bytesOf('100088be 00000005 10640123 00000001'), frame);
export const erspan3: Tunnel = (frame) =>
  inIpv4(47, bytesOf('100022eb 00000005 20640123 00000000 00000001 0000000000000000'), frame);
export const vxlan: Tunnel = (frame) => udpTo(4789, join(bytesOf('08000000 00abcd00'), frame));
export const vxlanOfLinux: Tunnel = (frame) => udpTo(8472, join(bytesOf('08000000 00abcd00'), frame));
/** Two words of options. */
export const geneve: Tunnel = (frame) => udpTo(6081, join(bytesOf('02006558 00abcd00 0102800100000000'), frame));
export const geneveIp: Tunnel = (frame) =>
  udpTo(6081, join(bytesOf(`0000${etherTypeOf(frame)} 00abcd00`), networkOf(frame)));
export const gtp: Tunnel = (frame) => udpTo(2152, join(bytesOf('30ff0000 01020304'), networkOf(frame)));
/** A sequence number and two extension headers. */
export const gtpExtended: Tunnel = (frame) =>
  udpTo(2152, join(bytesOf('36ff0000 01020304 000100 85 0110 0085 01200000'), networkOf(frame)));
export const teredo: Tunnel = (frame) => udpTo(3544, join(bytesOf('0000 1234 01020304'), networkOf(frame)));
/** Labels 16 and 17, a control word. */
export const mplsEthernet: Tunnel = (frame) => ethernet(0x8847, join(bytesOf('00010040 00011140 00000000'), frame));
export const mplsEthernetPlain: Tunnel = (frame) => ethernet(0x8847, join(bytesOf('00011140'), frame));
export const etherIp: Tunnel = (frame) => inIpv4(97, bytesOf('3000'), frame);
export const mplsInIp: Tunnel = (frame) => inIpv4(137, bytesOf('00011140'), networkOf(frame));

export const TUNNELS: readonly Tunnel[] = [
  ipInIp,
  ipInIpv6,
  greIp,
  greFrame,
  grePpp,
  erspan1,
  erspan2,
  erspan3,
  vxlan,
  vxlanOfLinux,
  geneve,
  geneveIp,
  gtp,
  gtpExtended,
  teredo,
  mplsEthernet,
  mplsEthernetPlain,
  etherIp,
  mplsInIp,
];
