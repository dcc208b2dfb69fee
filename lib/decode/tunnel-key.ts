// decode: what a packet says of the tunnel it came through, and the number that both directions of it share.
import { type Packet, TUNNEL_TYPES, type TunnelType } from './packet.ts';

function code(type: TunnelType): number {
  return TUNNEL_TYPES.indexOf(type);
}

export const TUNNEL_IP_IN_IP = code('ip-in-ip');
export const TUNNEL_6IN4 = code('6in4');
export const TUNNEL_4IN6 = code('4in6');
export const TUNNEL_6IN6 = code('6in6');
export const TUNNEL_GRE = code('gre');
export const TUNNEL_ERSPAN = code('erspan');
export const TUNNEL_VXLAN = code('vxlan');
export const TUNNEL_GENEVE = code('geneve');
export const TUNNEL_GTP_U = code('gtp-u');
export const TUNNEL_TEREDO = code('teredo');
export const TUNNEL_MPLS_ETHERNET = code('mpls-ethernet');
export const TUNNEL_ETHERIP = code('etherip');
export const TUNNEL_MPLS_IN_IP = code('mpls-in-ip');

/** Its own number for each direction: in the packet, not in the key. */
const ONE_WAY_IDS: ReadonlySet<number> = new Set([TUNNEL_GTP_U, TUNNEL_MPLS_ETHERNET]);

/** The packet's addresses become the outer ones. */
export function enterTunnel(packet: Packet, type: number, id: number): void {
  packet.outerSource0 = packet.source0;
  packet.outerSource1 = packet.source1;
  packet.outerSource2 = packet.source2;
  packet.outerSource3 = packet.source3;
  packet.outerDestination0 = packet.destination0;
  packet.outerDestination1 = packet.destination1;
  packet.outerDestination2 = packet.destination2;
  packet.outerDestination3 = packet.destination3;
  enterInnerTunnel(packet, type, id);
}

/** A tunnel that no IP packet carries, or not directly: the outer addresses stay. */
export function enterInnerTunnel(packet: Packet, type: number, id: number): void {
  let key = mix(packet.tunnelKey, type);
  key = mix(key, ONE_WAY_IDS.has(type) ? -1 : id);
  packet.hasRareFields = true;
  packet.tunnelDepth += 1;
  packet.tunnelType = type;
  packet.tunnelId = id;
  packet.tunnelKey = mixAddresses(key, packet);
}

/** Sums of both addresses' hashes: the same whichever way the packet went. Never 0, which says "no tunnel". */
function mixAddresses(seed: number, packet: Packet): number {
  const source = mixAddress(seed, packet.outerSource0, packet.outerSource1, packet.outerSource2, packet.outerSource3);
  const destination = mixAddress(
    seed,
    packet.outerDestination0,
    packet.outerDestination1,
    packet.outerDestination2,
    packet.outerDestination3,
  );
  return mix(seed, source + destination) >>> 0 || 1;
}

function mixAddress(seed: number, word0: number, word1: number, word2: number, word3: number): number {
  return mix(mix(mix(mix(seed, word0), word1), word2), word3);
}

/** One step of a 32-bit hash: good enough for keys that meet by chance only. */
function mix(hash: number, word: number): number {
  let mixed = Math.imul(hash ^ word, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77);
  return mixed ^ (mixed >>> 13);
}
