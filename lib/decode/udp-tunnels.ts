// decode: tunnels in UDP: VXLAN (RFC 7348), Geneve (RFC 8926), GTP-U (3GPP TS 29.281), Teredo (RFC 4380).
import { uint8, uint16, uint32 } from './bytes.ts';
import {
  ETHERTYPE_BRIDGED,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_MULTICAST,
} from './ether-type.ts';
import { MAX_TUNNEL_OPTIONS } from './limits.ts';
import type { Packet } from './packet.ts';
import { IP_VERSION_UNKNOWN, TUNNEL_MALFORMED, TUNNEL_TRUNCATED } from './reasons.ts';
import { type TunnelHeader, tunnelFound, tunnelRefused } from './tunnel-header.ts';
import { TUNNEL_GENEVE, TUNNEL_GTP_U, TUNNEL_TEREDO, TUNNEL_VXLAN } from './tunnel-key.ts';

const VXLAN_LENGTH = 8;
const VXLAN_HAS_VNI = 0x08;
const GENEVE_LENGTH = 8;
const GENEVE_VERSION = 0xc0;
const GENEVE_OPTIONS_MASK = 0x3f;
const GENEVE_PAYLOADS: ReadonlySet<number> = new Set([
  ETHERTYPE_BRIDGED,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_MULTICAST,
]);

const GTP_LENGTH = 8;
/** Version 1, protocol type GTP; below it stand the flags. */
const GTP_VERSION_AND_TYPE = 0x30;
const GTP_HAS_EXTENSION = 0x04;
const GTP_HAS_ANY = 0x07;
const GTP_OPTIONAL_LENGTH = 4;
const GTP_USER_DATA = 255;

const IPV6_HEADER_LENGTH = 40;
const TEREDO_AUTHENTICATION = 0x0001;
const TEREDO_ORIGIN = 0x0000;
const TEREDO_ORIGIN_LENGTH = 8;
/** Indicator, two lengths; then what they say, a nonce and a confirmation byte. */
const TEREDO_AUTHENTICATION_LENGTH = 13;

export function readVxlan(packet: Packet, header: TunnelHeader): boolean {
  const { bytes, payloadStart: at, payloadCaptured } = packet;
  if (packet.payloadLength < VXLAN_LENGTH) return false;
  if (payloadCaptured < VXLAN_LENGTH) return tunnelRefused(header, TUNNEL_TRUNCATED);
  if ((uint8(bytes, at) & VXLAN_HAS_VNI) === 0 || uint8(bytes, at + 7) !== 0) return false;
  return tunnelFound(header, TUNNEL_VXLAN, uint32(bytes, at + 4) >>> 8, at + VXLAN_LENGTH, ETHERTYPE_BRIDGED);
}

export function readGeneve(packet: Packet, header: TunnelHeader): boolean {
  const { bytes, payloadStart: at, payloadCaptured } = packet;
  if (packet.payloadLength < GENEVE_LENGTH) return false;
  if (payloadCaptured < GENEVE_LENGTH) return tunnelRefused(header, TUNNEL_TRUNCATED);
  const first = uint8(bytes, at);
  const type = uint16(bytes, at + 2);
  if ((first & GENEVE_VERSION) !== 0 || !GENEVE_PAYLOADS.has(type)) return false;
  const length = GENEVE_LENGTH + (first & GENEVE_OPTIONS_MASK) * 4;
  if (length > packet.payloadLength) return tunnelRefused(header, TUNNEL_MALFORMED);
  if (length > payloadCaptured) return tunnelRefused(header, TUNNEL_TRUNCATED);
  return tunnelFound(header, TUNNEL_GENEVE, uint32(bytes, at + 4) >>> 8, at + length, type);
}

/** Only user data (G-PDU) is a tunnel; echoes and errors are the two nodes' own. */
export function readGtp(packet: Packet, header: TunnelHeader): boolean {
  const { bytes, payloadStart: start } = packet;
  const end = start + packet.payloadCaptured;
  if (packet.payloadLength < GTP_LENGTH) return false;
  if (end - start < GTP_LENGTH) return tunnelRefused(header, TUNNEL_TRUNCATED);
  const flags = uint8(bytes, start);
  if ((flags & 0xf0) !== GTP_VERSION_AND_TYPE || uint8(bytes, start + 1) !== GTP_USER_DATA) return false;
  let at = start + GTP_LENGTH;
  if ((flags & GTP_HAS_ANY) !== 0) at += GTP_OPTIONAL_LENGTH;
  if (at > end) return tunnelRefused(header, TUNNEL_TRUNCATED);
  let next = (flags & GTP_HAS_EXTENSION) === 0 ? 0 : uint8(bytes, at - 1);
  for (let extensions = 0; next !== 0; extensions += 1) {
    if (at >= end) return tunnelRefused(header, TUNNEL_TRUNCATED);
    const length = uint8(bytes, at) * 4;
    if (length === 0 || extensions === MAX_TUNNEL_OPTIONS) return tunnelRefused(header, TUNNEL_MALFORMED);
    at += length;
    if (at > end) return tunnelRefused(header, TUNNEL_TRUNCATED);
    next = uint8(bytes, at - 1);
  }
  if (at >= end) return tunnelRefused(header, TUNNEL_TRUNCATED);
  const version = uint8(bytes, at) >> 4;
  if (version !== 4 && version !== 6) return tunnelRefused(header, IP_VERSION_UNKNOWN);
  const type = version === 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
  return tunnelFound(header, TUNNEL_GTP_U, uint32(bytes, start + 4), at, type);
}

/** The port alone says little: an IPv6 packet whose length fits must follow the indications. */
export function readTeredo(packet: Packet, header: TunnelHeader): boolean {
  const { bytes } = packet;
  let at = packet.payloadStart;
  const end = at + packet.payloadCaptured;
  if (end - at >= TEREDO_AUTHENTICATION_LENGTH && uint16(bytes, at) === TEREDO_AUTHENTICATION) {
    at += TEREDO_AUTHENTICATION_LENGTH + uint8(bytes, at + 2) + uint8(bytes, at + 3);
  }
  if (end - at >= TEREDO_ORIGIN_LENGTH && uint16(bytes, at) === TEREDO_ORIGIN) at += TEREDO_ORIGIN_LENGTH;
  if (end - at < IPV6_HEADER_LENGTH || uint8(bytes, at) >> 4 !== 6) return false;
  const wireLength = packet.payloadStart + packet.payloadLength - at;
  if (IPV6_HEADER_LENGTH + uint16(bytes, at + 4) > wireLength) return false;
  return tunnelFound(header, TUNNEL_TEREDO, -1, at, ETHERTYPE_IPV6);
}
