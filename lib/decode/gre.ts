// decode: GRE (RFC 2784, 2890; routing: RFC 1701; PPTP's version 1: RFC 2637) and the ERSPAN it carries.
import { uint8, uint16, uint32 } from './bytes.ts';
import { ETHERTYPE_BRIDGED, ETHERTYPE_IPV4, FIRST_ETHERTYPE } from './ether-type.ts';
import { MAX_TUNNEL_OPTIONS } from './limits.ts';
import type { Packet } from './packet.ts';
import { NOT_IP, TUNNEL_MALFORMED, TUNNEL_TRUNCATED } from './reasons.ts';
import { type TunnelHeader, tunnelFound, tunnelRefused } from './tunnel-header.ts';
import { TUNNEL_ERSPAN, TUNNEL_GRE } from './tunnel-key.ts';

const MIN_LENGTH = 4;
const WORD = 4;
const HAS_CHECKSUM = 0x8000;
const HAS_ROUTING = 0x4000;
const HAS_KEY = 0x2000;
const HAS_SEQUENCE = 0x1000;
/** Version 1 only. */
const HAS_ACKNOWLEDGEMENT = 0x0080;
const VERSION_MASK = 0x0007;

const ERSPAN_1_OR_2 = 0x88be;
const ERSPAN_3 = 0x22eb;
const ERSPAN_2_LENGTH = 8;
const ERSPAN_3_LENGTH = 12;
const ERSPAN_3_SUBHEADER = 0x0001;
const ERSPAN_3_SUBHEADER_LENGTH = 8;
const ERSPAN_SESSION_MASK = 0x03ff;
/** Cisco's redirected packets: version 2 has four bytes of its own in front, version 1 none. */
const WCCP = 0x883e;
const WCCP_2_LENGTH = 4;

/** Always true: the protocol number said what it is; `header` says where it leads, or why nowhere. */
export function readGre(packet: Packet, header: TunnelHeader): boolean {
  const { bytes, payloadStart: start } = packet;
  const end = start + packet.payloadCaptured;
  if (end - start < MIN_LENGTH) return tunnelRefused(header, TUNNEL_TRUNCATED);
  const flags = uint16(bytes, start);
  const type = uint16(bytes, start + 2);
  const version = flags & VERSION_MASK;
  if (version > 1) return tunnelRefused(header, TUNNEL_MALFORMED);

  let at = start + MIN_LENGTH;
  if ((flags & (HAS_CHECKSUM | HAS_ROUTING)) !== 0) at += WORD;
  const keyAt = at;
  if ((flags & HAS_KEY) !== 0) at += WORD;
  if ((flags & HAS_SEQUENCE) !== 0) at += WORD;
  if (version === 1 && (flags & HAS_ACKNOWLEDGEMENT) !== 0) at += WORD;
  if ((flags & HAS_ROUTING) !== 0) at = skipRoutes(bytes, at, end);
  if (at < 0) return tunnelRefused(header, TUNNEL_MALFORMED);
  if (at > end) return tunnelRefused(header, TUNNEL_TRUNCATED);
  // Version 1's key is a payload length and a call number, which each side chooses for itself.
  const id = version === 0 && (flags & HAS_KEY) !== 0 ? uint32(bytes, keyAt) : -1;

  switch (type) {
    case ERSPAN_1_OR_2:
      return (flags & HAS_SEQUENCE) === 0
        ? tunnelFound(header, TUNNEL_ERSPAN, -1, at, ETHERTYPE_BRIDGED)
        : readErspan(bytes, at, end, ERSPAN_2_LENGTH, header);
    case ERSPAN_3:
      return readErspan(bytes, at, end, ERSPAN_3_LENGTH, header);
    case WCCP:
      return readWccp(bytes, at, end, id, header);
    default:
      // Below the EtherTypes GRE has no lengths and no LLC, but keepalives.
      return type < FIRST_ETHERTYPE ? tunnelRefused(header, NOT_IP) : tunnelFound(header, TUNNEL_GRE, id, at, type);
  }
}

/** Source routes: family, offset, length, then so many bytes; the last has length 0. Returns -1 where there are too many. */
function skipRoutes(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (let routes = 0; routes < MAX_TUNNEL_OPTIONS; routes += 1) {
    if (end - at < WORD) return end + 1;
    const length = uint8(bytes, at + 3);
    at += WORD + length;
    if (length === 0) return at;
  }
  return -1;
}

/** draft-foschiano-erspan: type II, or III with its optional subheader, which the last bit announces. */
function readErspan(bytes: Uint8Array, at: number, end: number, length: number, header: TunnelHeader): boolean {
  if (end - at < length) return tunnelRefused(header, TUNNEL_TRUNCATED);
  const session = uint16(bytes, at + 2) & ERSPAN_SESSION_MASK;
  const hasSubheader = length === ERSPAN_3_LENGTH && (uint16(bytes, at + 10) & ERSPAN_3_SUBHEADER) !== 0;
  const start = at + length + (hasSubheader ? ERSPAN_3_SUBHEADER_LENGTH : 0);
  return tunnelFound(header, TUNNEL_ERSPAN, session, start, ETHERTYPE_BRIDGED);
}

function readWccp(bytes: Uint8Array, at: number, end: number, id: number, header: TunnelHeader): boolean {
  if (end - at < 1) return tunnelRefused(header, TUNNEL_TRUNCATED);
  const start = uint8(bytes, at) >> 4 === 4 ? at : at + WCCP_2_LENGTH;
  return tunnelFound(header, TUNNEL_GRE, id, start, ETHERTYPE_IPV4);
}
