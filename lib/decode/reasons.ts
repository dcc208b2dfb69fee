// decode: the codes of DECODE_REASONS by name, and the one way a decoder gives up.
import { DECODE_REASONS, type DecodeReason, type Packet } from './packet.ts';

function code(reason: DecodeReason): number {
  return DECODE_REASONS.indexOf(reason);
}

export const DECODED = code('decoded');
export const LINKTYPE_UNSUPPORTED = code('linktype-unsupported');
export const LINK_TRUNCATED = code('link-truncated');
export const NOT_IP = code('not-ip');
export const ARP = code('arp');
export const IP_VERSION_UNKNOWN = code('ip-version-unknown');
export const IPV4_TRUNCATED = code('ipv4-truncated');
export const IPV4_MALFORMED = code('ipv4-malformed');
export const IPV6_TRUNCATED = code('ipv6-truncated');
export const IPV6_MALFORMED = code('ipv6-malformed');
export const TRANSPORT_TRUNCATED = code('transport-truncated');
export const TRANSPORT_MALFORMED = code('transport-malformed');
export const LINK_MALFORMED = code('link-malformed');
export const LINK_FRAGMENT = code('link-fragment');
export const ENCRYPTED_80211 = code('encrypted-80211');
export const TUNNEL_TRUNCATED = code('tunnel-truncated');
export const TUNNEL_MALFORMED = code('tunnel-malformed');
export const TUNNEL_TOO_DEEP = code('tunnel-too-deep');

/** Leaves the reason in the packet and gives the -1 that every decoder returns instead of a position or a length. */
export function refuse(packet: Packet, reason: number): -1 {
  packet.reason = reason;
  return -1;
}
