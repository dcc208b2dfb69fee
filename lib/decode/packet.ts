// decode: the one reusable value that the decoders fill in, a packet's layers as plain numbers.

/**
 * Why a record has no flow, or counts with a remark; the ledger's `undecodable` keys. Code 0 is "decoded".
 * Columns store the code: new reasons go at the end.
 */
export const DECODE_REASONS = [
  'decoded',
  'linktype-unsupported',
  'link-truncated',
  'not-ip',
  'arp',
  'ip-version-unknown',
  'ipv4-truncated',
  'ipv4-malformed',
  'ipv6-truncated',
  'ipv6-malformed',
  'transport-truncated',
  'transport-malformed',
  'fragment-without-first',
  'link-malformed',
  'link-fragment',
  'encrypted-80211',
  'tunnel-truncated',
  'tunnel-malformed',
  'tunnel-too-deep',
] as const;
export type DecodeReason = (typeof DECODE_REASONS)[number];

/** What carries the innermost packet; columns may store the index: new types go at the end. */
export const TUNNEL_TYPES = [
  'none',
  'ip-in-ip',
  '6in4',
  '4in6',
  '6in6',
  'gre',
  'erspan',
  'vxlan',
  'geneve',
  'gtp-u',
  'teredo',
  'mpls-ethernet',
  'etherip',
  'mpls-in-ip',
] as const;
export type TunnelType = (typeof TUNNEL_TYPES)[number];

/**
 * One decoded packet. A single mutable object is reused for all packets of a pass (no allocation per packet);
 * whoever keeps a value copies it. Addresses are four big-endian 32-bit words; IPv4 is `::ffff:a.b.c.d`,
 * so that word 2 is 0xffff and word 3 the address. All positions are into `bytes`. Behind a tunnel all fields are
 * the innermost packet's; MAC addresses and VLAN ids those of the innermost Ethernet frame.
 */
export interface Packet {
  /** Index into DECODE_REASONS; every other field below the link layer is valid only where it is 0. */
  reason: number;
  /**
   * What was given to the decoder, or the reassembled datagram where the packet lay inside a fragmented tunnel; the
   * reassembler's own until the next record is decoded.
   */
  bytes: Uint8Array;
  /** EtherType or the like of the network layer, 0 when unknown. */
  etherType: number;
  /** 802.1Q VLAN id of the outermost tag, or -1. */
  vlan: number;
  /** VLAN id of the innermost of several tags, or -1. */
  innerVlan: number;
  /** True when the link layer carries MAC addresses. */
  hasMac: boolean;
  /** First two bytes and last four bytes of each MAC address. */
  sourceMacHigh: number;
  sourceMacLow: number;
  destinationMacHigh: number;
  destinationMacLow: number;
  /** 4 or 6. */
  ipVersion: number;
  networkStart: number;
  source0: number;
  source1: number;
  source2: number;
  source3: number;
  destination0: number;
  destination1: number;
  destination2: number;
  destination3: number;
  /** IP header and extension headers, in bytes. */
  ipHeaderLength: number;
  /** Length of the whole IP packet on the wire in bytes; derived from the record where the header says 0 (segmentation offload). */
  ipLength: number;
  ttl: number;
  /** TOS byte or IPv6 traffic class. */
  tos: number;
  identification: number;
  /** In bytes; 0 for a first or only fragment. */
  fragmentOffset: number;
  moreFragments: boolean;
  /** IP protocol number of the transport layer, after extension headers. */
  protocol: number;
  /** TCP, UDP, SCTP ports; ICMP and ICMPv6: 0. */
  sourcePort: number;
  destinationPort: number;
  icmpType: number;
  icmpCode: number;
  /** FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128; 0 where not TCP. */
  tcpFlags: number;
  tcpSequence: number;
  tcpAcknowledgement: number;
  tcpWindow: number;
  /** In 32-bit words. */
  tcpDataOffset: number;
  /** First payload byte; equals the end of the captured bytes when none was captured. */
  payloadStart: number;
  /** Payload bytes on the wire, from the IP and transport headers (not from what was captured). */
  payloadLength: number;
  /** Payload bytes that were captured. */
  payloadCaptured: number;
  /** The headers were whole but the record was cut before the packet's end. */
  truncated: boolean;

  /** Some of the fields below differ from what they are in most packets: what `clearRareFields` undoes. */
  hasRareFields: boolean;
  /** Bits of PACKET_REMARKS (remarks.ts): odd, and used all the same. */
  remarks: number;
  /** Where a fragment's own data begin, and what they are in the first fragment (IPv6: maybe an extension header). */
  fragmentStart: number;
  fragmentProtocol: number;
  /**
   * The whole transport header and data, where this record completed a fragmented packet; the reassembler's own until
   * the next record is decoded. Every other field stays the fragment's.
   */
  datagram: Uint8Array | undefined;
  /** Where its data begin behind the transport header, and its TCP sequence number. */
  datagramDataStart: number;
  datagramSequence: number;
  /** The reassembler keeps this first fragment: its data come again with the whole datagram, if that becomes whole. */
  isDatagramAwaited: boolean;
  /** How many tunnels the packet lies in; 0: none. */
  tunnelDepth: number;
  /** Index into TUNNEL_TYPES: the innermost tunnel. */
  tunnelType: number;
  /** VNI, GRE key, ERSPAN session, GTP TEID or MPLS label of the innermost tunnel, or -1. */
  tunnelId: number;
  /** The same for both directions of a tunnel, with all it lies in itself; 0 where there is none. */
  tunnelKey: number;
  /** Addresses of the IP packet that carried the innermost tunnel; zeros where there was none. */
  outerSource0: number;
  outerSource1: number;
  outerSource2: number;
  outerSource3: number;
  outerDestination0: number;
  outerDestination1: number;
  outerDestination2: number;
  outerDestination3: number;
  /** Index into DECODE_REASONS: why what this packet carries is no packet of its own though it is a tunnel's; or 0. */
  tunnelUndecoded: number;
  /** ARP over Ethernet for IPv4 (`reason` is `arp`): the operation, 0 where it is none; then who says what of whom. */
  arpOperation: number;
  arpSenderMacHigh: number;
  arpSenderMacLow: number;
  arpSenderAddress: number;
  arpTargetAddress: number;
}

const NO_BYTES = new Uint8Array(0);

/** A blank packet: one per pass, handed to the decoder again and again. */
export function createPacket(): Packet {
  return {
    reason: 0,
    bytes: NO_BYTES,
    etherType: 0,
    vlan: -1,
    innerVlan: -1,
    hasMac: false,
    sourceMacHigh: 0,
    sourceMacLow: 0,
    destinationMacHigh: 0,
    destinationMacLow: 0,
    ipVersion: 0,
    networkStart: 0,
    source0: 0,
    source1: 0,
    source2: 0,
    source3: 0,
    destination0: 0,
    destination1: 0,
    destination2: 0,
    destination3: 0,
    ipHeaderLength: 0,
    ipLength: 0,
    ttl: 0,
    tos: 0,
    identification: 0,
    fragmentOffset: 0,
    moreFragments: false,
    protocol: 0,
    sourcePort: 0,
    destinationPort: 0,
    icmpType: 0,
    icmpCode: 0,
    tcpFlags: 0,
    tcpSequence: 0,
    tcpAcknowledgement: 0,
    tcpWindow: 0,
    tcpDataOffset: 0,
    payloadStart: 0,
    payloadLength: 0,
    payloadCaptured: 0,
    truncated: false,
    hasRareFields: false,
    remarks: 0,
    fragmentStart: 0,
    fragmentProtocol: 0,
    datagram: undefined,
    datagramDataStart: 0,
    datagramSequence: 0,
    isDatagramAwaited: false,
    tunnelDepth: 0,
    tunnelType: 0,
    tunnelId: -1,
    tunnelKey: 0,
    outerSource0: 0,
    outerSource1: 0,
    outerSource2: 0,
    outerSource3: 0,
    outerDestination0: 0,
    outerDestination1: 0,
    outerDestination2: 0,
    outerDestination3: 0,
    tunnelUndecoded: 0,
    arpOperation: 0,
    arpSenderMacHigh: 0,
    arpSenderMacLow: 0,
    arpSenderAddress: 0,
    arpTargetAddress: 0,
  };
}
