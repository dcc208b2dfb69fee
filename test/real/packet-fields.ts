// real: what is compared of a packet: each field as tshark says it and as we do, in one text form.

import { TUNNEL_TYPES } from '../../lib/decode/packet.ts';
import { formatAddressWords } from '../../lib/document/address-text.ts';
import { communityId } from '../../lib/document/community-id.ts';
import { writeAddress } from '../../lib/flow/addresses.ts';
import type { OurRecord } from './our-packets.ts';
import type { TsharkRow } from './tshark-row.ts';

export interface PacketField {
  readonly name: string;
  /** What tshark is asked for. */
  readonly tshark: readonly string[];
  readonly theirs: (row: TsharkRow) => string | undefined;
  readonly ours: (record: OurRecord) => string | undefined;
}

const PROTOCOL_NAMES: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp' };
const IPV6_HEADER_LENGTH = 40;

/** Whatever base tshark prints it in. */
function number(text: string | undefined): string | undefined {
  return text === undefined ? undefined : String(Number(text));
}

function isFirstOrOnly({ packet }: OurRecord): boolean {
  return packet.fragmentOffset === 0;
}

function protocolName(record: OurRecord): string {
  return isFirstOrOnly(record) ? (PROTOCOL_NAMES[record.packet.protocol] ?? '') : '';
}

function onlyFor(protocol: string, value: (record: OurRecord) => number): (record: OurRecord) => string | undefined {
  return (record) => (protocolName(record) === protocol ? String(value(record)) : undefined);
}

function mac(high: number, low: number): string {
  const hex = high.toString(16).padStart(4, '0') + low.toString(16).padStart(8, '0');
  return hex.replace(/..(?!$)/g, '$&:');
}

/** `ip/tcp`, `arp`, `ipv6/` for what has no transport layer that we know, `` for what is no network packet. */
function theirLayers({ layers }: TsharkRow): string {
  const { network, transport } = layers;
  return network === 'ip' || network === 'ipv6' ? `${network}/${transport}` : network;
}

function ourLayers(record: OurRecord): string {
  const { reason, packet } = record;
  if (reason === 'arp') return 'arp';
  if (reason !== 'decoded') return '';
  return `${packet.ipVersion === 4 ? 'ip' : 'ipv6'}/${protocolName(record)}`;
}

/** Of the record, and of its link layer: there whether or not a flow came of it. */
export const RECORD_FIELDS: readonly PacketField[] = [
  {
    name: 'timestamp',
    tshark: ['frame.time_epoch'],
    theirs: (row) => row.first('frame.time_epoch'),
    ours: ({ seconds, nanoseconds }) => `${seconds}.${String(nanoseconds).padStart(9, '0')}`,
  },
  {
    name: 'original length',
    tshark: ['frame.len'],
    theirs: (row) => row.first('frame.len'),
    ours: ({ originalLength }) => String(originalLength),
  },
  {
    name: 'captured length',
    tshark: ['frame.cap_len'],
    theirs: (row) => row.first('frame.cap_len'),
    ours: ({ capturedLength }) => String(capturedLength),
  },
  { name: 'layers', tshark: [], theirs: theirLayers, ours: ourLayers },
  {
    name: 'tunnels',
    tshark: [],
    theirs: ({ layers }) => `${layers.tunnels.length} ${layers.tunnels.at(-1) ?? 'none'}`,
    ours: ({ packet }) => `${packet.tunnelDepth} ${TUNNEL_TYPES[packet.tunnelType]}`,
  },
];

/** `eth`, `fddi` or `wlan`, whichever stands next to the packet. */
function theirMac(row: TsharkRow, end: 'source' | 'destination'): string | undefined {
  const { ethernetIndex } = row.layers;
  if (ethernetIndex >= 0) return row.all(end === 'source' ? 'eth.src' : 'eth.dst')[ethernetIndex];
  return row.first(end === 'source' ? 'wlan.sa' : 'wlan.da') ?? row.first(end === 'source' ? 'fddi.src' : 'fddi.dst');
}

/** Of the link next to the innermost packet, also where no flow came of it; both found one and the same layers. */
export const LINK_FIELDS: readonly PacketField[] = [
  {
    name: 'source MAC',
    tshark: ['eth.src', 'wlan.sa', 'fddi.src'],
    theirs: (row) => theirMac(row, 'source'),
    ours: ({ packet }) => (packet.hasMac ? mac(packet.sourceMacHigh, packet.sourceMacLow) : undefined),
  },
  {
    name: 'destination MAC',
    tshark: ['eth.dst', 'wlan.da', 'fddi.dst'],
    theirs: (row) => theirMac(row, 'destination'),
    ours: ({ packet }) => (packet.hasMac ? mac(packet.destinationMacHigh, packet.destinationMacLow) : undefined),
  },
  {
    name: 'VLAN',
    tshark: ['vlan.id', 'ieee8021ad.id'],
    theirs: (row) =>
      row.layers.vlanTag === '' ? undefined : row.all(`${row.layers.vlanTag}.id`)[row.layers.vlanIndex],
    ours: ({ packet }) => (packet.vlan < 0 ? undefined : String(packet.vlan)),
  },
];

/** Of the innermost packet itself. */
export const FLOW_PACKET_FIELDS: readonly PacketField[] = [
  {
    name: 'source address',
    tshark: ['ip.src', 'ipv6.src'],
    theirs: (row) => row.ofNetwork('ip.src', 'ipv6.src'),
    ours: ({ packet: p }) => formatAddressWords(p.ipVersion, [p.source0, p.source1, p.source2, p.source3]),
  },
  {
    name: 'destination address',
    tshark: ['ip.dst', 'ipv6.dst'],
    theirs: (row) => row.ofNetwork('ip.dst', 'ipv6.dst'),
    ours: ({ packet: p }) =>
      formatAddressWords(p.ipVersion, [p.destination0, p.destination1, p.destination2, p.destination3]),
  },
  {
    name: 'TTL',
    tshark: ['ip.ttl', 'ipv6.hlim'],
    theirs: (row) => row.ofNetwork('ip.ttl', 'ipv6.hlim'),
    ours: ({ packet }) => String(packet.ttl),
  },
  {
    name: 'TOS',
    tshark: ['ip.dsfield', 'ipv6.tclass'],
    theirs: (row) => number(row.ofNetwork('ip.dsfield', 'ipv6.tclass')),
    ours: ({ packet }) => String(packet.tos),
  },
  {
    name: 'IP length',
    tshark: ['ip.len', 'ipv6.plen'],
    theirs: (row) => {
      const length = row.ofNetwork('ip.len', 'ipv6.plen');
      if (length === undefined) return undefined;
      return String(Number(length) + (row.layers.network === 'ipv6' ? IPV6_HEADER_LENGTH : 0));
    },
    ours: ({ packet }) => String(packet.ipLength),
  },
  {
    name: 'fragment offset',
    tshark: ['ip.frag_offset', 'ip.flags.mf'],
    theirs: (row) => {
      const units = row.ofNetwork('ip.frag_offset', undefined);
      return units === undefined ? undefined : String(Number(units) * 8);
    },
    ours: ({ packet }) => (packet.ipVersion === 4 ? String(packet.fragmentOffset) : undefined),
  },
  {
    name: 'source port',
    tshark: ['tcp.srcport', 'udp.srcport', 'sctp.srcport'],
    theirs: (row) =>
      row.ofTransport('tcp', 'tcp.srcport') ??
      row.ofTransport('udp', 'udp.srcport') ??
      row.ofTransport('sctp', 'sctp.srcport'),
    ours: (record) =>
      ['tcp', 'udp', 'sctp'].includes(protocolName(record)) ? String(record.packet.sourcePort) : undefined,
  },
  {
    name: 'destination port',
    tshark: ['tcp.dstport', 'udp.dstport', 'sctp.dstport'],
    theirs: (row) =>
      row.ofTransport('tcp', 'tcp.dstport') ??
      row.ofTransport('udp', 'udp.dstport') ??
      row.ofTransport('sctp', 'sctp.dstport'),
    ours: (record) =>
      ['tcp', 'udp', 'sctp'].includes(protocolName(record)) ? String(record.packet.destinationPort) : undefined,
  },
  {
    name: 'TCP flags',
    tshark: ['tcp.flags'],
    // Theirs has the reserved bits in front.
    theirs: (row) => {
      const flags = row.ofTransport('tcp', 'tcp.flags');
      return flags === undefined ? undefined : String(Number(flags) & 0xff);
    },
    ours: onlyFor('tcp', ({ packet }) => packet.tcpFlags),
  },
  {
    name: 'TCP sequence',
    tshark: ['tcp.seq_raw'],
    theirs: (row) => row.ofTransport('tcp', 'tcp.seq_raw'),
    ours: onlyFor('tcp', ({ packet }) => packet.tcpSequence),
  },
  {
    name: 'TCP acknowledgement',
    tshark: ['tcp.ack_raw'],
    theirs: (row) => row.ofTransport('tcp', 'tcp.ack_raw'),
    ours: onlyFor('tcp', ({ packet }) => packet.tcpAcknowledgement),
  },
  {
    name: 'TCP window',
    tshark: ['tcp.window_size_value'],
    theirs: (row) => row.ofTransport('tcp', 'tcp.window_size_value'),
    ours: onlyFor('tcp', ({ packet }) => packet.tcpWindow),
  },
  {
    name: 'TCP payload',
    tshark: ['tcp.len'],
    theirs: (row) => row.ofTransport('tcp', 'tcp.len'),
    ours: onlyFor('tcp', ({ packet }) => packet.payloadLength),
  },
  {
    name: 'UDP payload',
    tshark: ['udp.length'],
    theirs: (row) => {
      const length = row.ofTransport('udp', 'udp.length');
      return length === undefined ? undefined : String(Number(length) - 8);
    },
    ours: onlyFor('udp', ({ packet }) => packet.payloadLength),
  },
  {
    name: 'ICMP type and code',
    tshark: ['icmp.type', 'icmp.code', 'icmpv6.type', 'icmpv6.code'],
    theirs: (row) => {
      const { transport } = row.layers;
      if (transport !== 'icmp' && transport !== 'icmpv6') return undefined;
      return `${row.ofTransport(transport, `${transport}.type`)} ${row.ofTransport(transport, `${transport}.code`)}`;
    },
    ours: (record) => {
      const { packet } = record;
      return protocolName(record).startsWith('icmp') ? `${packet.icmpType} ${packet.icmpCode}` : undefined;
    },
  },
  {
    name: 'Community ID',
    tshark: ['communityid'],
    theirs: (row) => row.all('communityid').at(-1),
    ours: (record) => ourCommunityId(record),
  },
];

function ourCommunityId(record: OurRecord): string | undefined {
  const { packet } = record;
  const source = new Uint8Array(16);
  const destination = new Uint8Array(16);
  writeAddress(source, 0, packet.source0, packet.source1, packet.source2, packet.source3);
  writeAddress(destination, 0, packet.destination0, packet.destination1, packet.destination2, packet.destination3);
  return communityId({ ...packet, source, destination });
}

export const PACKET_TSHARK_FIELDS: readonly string[] = [
  ...RECORD_FIELDS,
  ...LINK_FIELDS,
  ...FLOW_PACKET_FIELDS,
].flatMap(({ tshark }) => tshark);
