// decode: the one reusable value that the decoders fill in, a packet's layers as plain numbers.

/** Why a record has no flow, or counts with a remark; the ledger's `undecodable` keys. Code 0 is "decoded". */
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
] as const;
export type DecodeReason = (typeof DECODE_REASONS)[number];

/**
 * One decoded packet. A single mutable object is reused for all packets of a pass (no allocation per packet);
 * whoever keeps a value copies it. Addresses are four big-endian 32-bit words; IPv4 is `::ffff:a.b.c.d`,
 * so that word 2 is 0xffff and word 3 the address. All positions are into the bytes given to the decoder.
 */
export interface Packet {
  /** Index into DECODE_REASONS; every other field below the link layer is valid only where it is 0. */
  reason: number;
  /** EtherType or the like of the network layer, 0 when unknown. */
  etherType: number;
  /** 802.1Q VLAN id of the outermost tag, or -1. */
  vlan: number;
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
}

/** A blank packet: one per pass, handed to the decoder again and again. */
export function createPacket(): Packet {
  return {
    reason: 0,
    etherType: 0,
    vlan: -1,
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
  };
}
