// decode: every link type but plain Ethernet, by its number (tcpdump.org/linktypes), to where the network layer begins.
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_RAW,
} from '../capture/linktypes.ts';
import { uint16le, uint32le } from './bytes.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MPLS, ETHERTYPE_PPPOE_SESSION, LLC_FOLLOWS } from './ether-type.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeFrameRelay } from './frame-relay.ts';
import { decodeIeee80211 } from './ieee80211.ts';
import { followEtherType } from './link-headers.ts';
import { decodeLinuxSll, decodeLinuxSll2 } from './linux-sll.ts';
import { decodeEnc, decodeLoop, decodeNull, decodePflog, decodeRaw } from './loopback.ts';
import { readMacAddresses } from './mac-header.ts';
import { decodeNflog } from './nflog.ts';
import type { Packet } from './packet.ts';
import { clearMac } from './packet-state.ts';
import { readCiscoHdlc, readSerial } from './ppp.ts';
import { decodeAvs, decodePrism, decodeRadiotap } from './radio-headers.ts';
import { LINK_MALFORMED, LINK_TRUNCATED, LINKTYPE_UNSUPPORTED, refuse } from './reasons.ts';

const LINKTYPE_PPP = 9;
const LINKTYPE_FDDI = 10;
/** What some BSDs call raw IP in their files. */
const LINKTYPE_RAW_BSD = 12;
const LINKTYPE_RAW_OPENBSD = 14;
const LINKTYPE_PPP_HDLC = 50;
const LINKTYPE_PPP_ETHER = 51;
const LINKTYPE_C_HDLC = 104;
const LINKTYPE_IEEE802_11 = 105;
const LINKTYPE_FRELAY = 107;
const LINKTYPE_ENC = 109;
const LINKTYPE_PFLOG = 117;
const LINKTYPE_IEEE802_11_PRISM = 119;
const LINKTYPE_IEEE802_11_RADIOTAP = 127;
const LINKTYPE_IEEE802_11_AVS = 163;
const LINKTYPE_PPP_PPPD = 166;
const LINKTYPE_PPI = 192;
const LINKTYPE_PPP_WITH_DIR = 204;
const LINKTYPE_C_HDLC_WITH_DIR = 205;
const LINKTYPE_FRELAY_WITH_DIR = 206;
const LINKTYPE_MPLS = 219;
const LINKTYPE_NFLOG = 239;
const LINKTYPE_PKTAP = 258;

const DIRECTION_LENGTH = 1;
/** Frame control, destination, source; then LLC. */
const FDDI_LENGTH = 13;
const WRAPPER_MIN_LENGTH = 8;
const PKTAP_MIN_LENGTH = 12;

/** Returns where the network layer begins, its EtherType in the packet, or -1 with a reason. */
export function decodeLink(bytes: Uint8Array, start: number, end: number, linktype: number, packet: Packet): number {
  clearMac(packet);
  packet.etherType = 0;
  packet.vlan = -1;
  packet.innerVlan = -1;
  switch (linktype) {
    case LINKTYPE_PPI:
      return decodePpi(bytes, start, end, packet);
    case LINKTYPE_PKTAP:
      return decodePktap(bytes, start, end, packet);
    default:
      return decodeLinktype(bytes, start, end, linktype, packet);
  }
}

/** Per-packet information: its length, flags and the link type of what follows. */
function decodePpi(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  if (end - start < WRAPPER_MIN_LENGTH) return refuse(packet, LINK_TRUNCATED);
  const length = uint16le(bytes, start + 2);
  if (length < WRAPPER_MIN_LENGTH) return refuse(packet, LINK_MALFORMED);
  if (end - start < length) return refuse(packet, LINK_TRUNCATED);
  return decodeLinktype(bytes, start + length, end, uint32le(bytes, start + 4), packet);
}

/** macOS: the same, with longer fields. */
function decodePktap(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  if (end - start < PKTAP_MIN_LENGTH) return refuse(packet, LINK_TRUNCATED);
  const length = uint32le(bytes, start);
  if (length < PKTAP_MIN_LENGTH) return refuse(packet, LINK_MALFORMED);
  if (end - start < length) return refuse(packet, LINK_TRUNCATED);
  return decodeLinktype(bytes, start + length, end, uint32le(bytes, start + 8), packet);
}

function decodeLinktype(bytes: Uint8Array, start: number, end: number, linktype: number, packet: Packet): number {
  switch (linktype) {
    case LINKTYPE_ETHERNET:
      return decodeEthernet(bytes, start, end, packet);
    case LINKTYPE_LINUX_SLL:
      return decodeLinuxSll(bytes, start, end, packet);
    case LINKTYPE_LINUX_SLL2:
      return decodeLinuxSll2(bytes, start, end, packet);
    case LINKTYPE_NULL:
      return decodeNull(bytes, start, end, packet);
    case LINKTYPE_LOOP:
      return decodeLoop(bytes, start, end, packet);
    case LINKTYPE_RAW:
    case LINKTYPE_RAW_BSD:
    case LINKTYPE_RAW_OPENBSD:
      return decodeRaw(bytes, start, end, packet);
    case LINKTYPE_IPV4:
      packet.etherType = ETHERTYPE_IPV4;
      return start;
    case LINKTYPE_IPV6:
      packet.etherType = ETHERTYPE_IPV6;
      return start;
    case LINKTYPE_ENC:
      return decodeEnc(bytes, start, end, packet);
    case LINKTYPE_PFLOG:
      return decodePflog(bytes, start, end, packet);
    case LINKTYPE_NFLOG:
      return decodeNflog(bytes, start, end, packet);
    case LINKTYPE_MPLS:
      return followEtherType(bytes, start, end, ETHERTYPE_MPLS, packet);
    case LINKTYPE_FDDI:
      return decodeFddi(bytes, start, end, packet);
    default:
      return decodeSerialOrRadio(bytes, start, end, linktype, packet);
  }
}

function decodeSerialOrRadio(bytes: Uint8Array, start: number, end: number, linktype: number, packet: Packet): number {
  switch (linktype) {
    case LINKTYPE_PPP:
    case LINKTYPE_PPP_HDLC:
      return follow(bytes, readSerial(bytes, start, end, packet), end, packet);
    case LINKTYPE_PPP_PPPD:
    case LINKTYPE_PPP_WITH_DIR:
      return follow(bytes, readSerial(bytes, start + DIRECTION_LENGTH, end, packet), end, packet);
    case LINKTYPE_PPP_ETHER:
      return followEtherType(bytes, start, end, ETHERTYPE_PPPOE_SESSION, packet);
    case LINKTYPE_C_HDLC:
      return follow(bytes, readCiscoHdlc(bytes, start, end, packet), end, packet);
    case LINKTYPE_C_HDLC_WITH_DIR:
      return follow(bytes, readCiscoHdlc(bytes, start + DIRECTION_LENGTH, end, packet), end, packet);
    case LINKTYPE_FRELAY:
      return decodeFrameRelay(bytes, start, end, packet);
    case LINKTYPE_FRELAY_WITH_DIR:
      return decodeFrameRelay(bytes, start + DIRECTION_LENGTH, end, packet);
    case LINKTYPE_IEEE802_11:
      return decodeIeee80211(bytes, start, end, false, packet);
    case LINKTYPE_IEEE802_11_RADIOTAP:
      return decodeRadiotap(bytes, start, end, packet);
    case LINKTYPE_IEEE802_11_PRISM:
      return decodePrism(bytes, start, end, packet);
    case LINKTYPE_IEEE802_11_AVS:
      return decodeAvs(bytes, start, end, packet);
    default:
      return refuse(packet, LINKTYPE_UNSUPPORTED);
  }
}

/** Goes on from a header that left the type of what follows in the packet, or was refused. */
function follow(bytes: Uint8Array, at: number, end: number, packet: Packet): number {
  return at < 0 ? -1 : followEtherType(bytes, at, end, packet.etherType, packet);
}

function decodeFddi(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  if (end - start < FDDI_LENGTH) return refuse(packet, LINK_TRUNCATED);
  readMacAddresses(bytes, start + 1, start + 7, packet);
  return followEtherType(bytes, start + FDDI_LENGTH, end, LLC_FOLLOWS, packet);
}
