// real: the classes of difference to tshark that stand, each with its reason and no wider than it must be.
import { MAX_LINK_HEADERS } from '../../lib/decode/limits.ts';
import type { OurRecord } from './our-packets.ts';
import { isSourceRouted, type TsharkRow } from './tshark-row.ts';

export interface PacketDifference {
  readonly file: string;
  readonly field: string;
  readonly theirs: string | undefined;
  readonly ours: string | undefined;
  readonly row: TsharkRow;
  readonly record: OurRecord;
}

export interface KnownDifference {
  readonly name: string;
  readonly reason: string;
  readonly covers: (difference: PacketDifference) => boolean;
}

const IPV6_HEADER_LENGTH = 40;

/** `55:00:20` as `aa:00:04`. */
function bitsReversed(address: string): string {
  const reverse = (byte: string) => [...Number.parseInt(byte, 16).toString(2).padStart(8, '0')].reverse().join('');
  const hex = (bits: string) => Number.parseInt(bits, 2).toString(16).padStart(2, '0');
  return address
    .split(':')
    .map((byte) => hex(reverse(byte)))
    .join(':');
}

/** `1701999731.1011041000`: what stands behind the point is nanoseconds, also where they are more than a second. */
function carried(timestamp: string | undefined): string {
  const [seconds = '', fraction = ''] = (timestamp ?? '').split('.');
  const nanoseconds = Number(fraction);
  return `${Number(seconds) + Math.floor(nanoseconds / 1e9)}.${String(nanoseconds % 1e9).padStart(9, '0')}`;
}

function nanosecondsOf(timestamp: string | undefined): bigint {
  const [seconds = '0', fraction = '0'] = (timestamp ?? '0').split('.');
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction);
}

/** A length that the header claims and that the record refutes, or that says 0 for "longer than this field holds". */
function isClaimBeyondRecord({ theirs, record }: PacketDifference): boolean {
  const claimed = Number(theirs);
  const { ipHeaderLength, networkStart } = record.packet;
  return claimed <= IPV6_HEADER_LENGTH || claimed + networkStart > record.originalLength - ipHeaderLength;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    name: 'fraction beyond a second',
    reason: 'the record says more than 999,999 µs; tshark prints them as they are, we carry them into the seconds',
    covers: ({ field, theirs, ours }) => field === 'timestamp' && carried(theirs) === ours,
  },
  {
    name: 'length refuted',
    reason: 'the IP header claims 0 or more than was on the wire; tshark prints the claim, we count what there was',
    covers: (difference) => difference.field === 'IP length' && isClaimBeyondRecord(difference),
  },
  {
    name: 'UDP length refuted',
    reason: 'the same of the UDP header, whose claim ends beyond the IP packet or is 0',
    covers: ({ field, theirs, record }) =>
      field === 'UDP payload' &&
      (Number(theirs) < 0 ||
        record.packet.moreFragments ||
        Number(theirs) + 8 > record.packet.ipLength - record.packet.ipHeaderLength),
  },
  {
    name: 'first fragment of a TCP segment',
    reason: 'tshark gives no length for a segment that goes on in the next fragment; ours is of this fragment',
    covers: ({ field, theirs, record }) =>
      field === 'TCP payload' && theirs === undefined && record.packet.moreFragments,
  },
  {
    name: 'source route',
    reason: 'tshark names the last hop of a routing option or header as the destination; we keep the header’s',
    covers: ({ field, row }) => (field === 'destination address' || field === 'Community ID') && isSourceRouted(row),
  },
  {
    name: 'no packet from half a header',
    reason:
      'a network header that is cut short or contradicts itself; tshark shows its first fields, we make no flow of it',
    covers: ({ field, theirs, ours, record }) =>
      field === 'layers' &&
      ours === '' &&
      /^ip(v6)?\/$/.test(theirs ?? '') &&
      /^(ipv[46]-(truncated|malformed)|ip-version-unknown)$/.test(record.reason),
  },
  {
    name: 'no flow from half a transport header',
    reason:
      'a transport header that is cut short or contradicts itself; tshark shows its first fields, we count the reason',
    covers: ({ field, ours, record }) =>
      field === 'layers' && ours === '' && /^transport-(truncated|malformed)$/.test(record.reason),
  },
  {
    name: 'Community ID of a fragment',
    reason: 'tshark makes one without ports for each later fragment; our flow has that of its first fragment',
    covers: ({ field, record }) =>
      field === 'Community ID' && (record.packet.moreFragments || record.packet.fragmentOffset > 0),
  },
  {
    name: 'Community ID of cut ICMP',
    reason:
      'tshark makes it without type and code where the message is cut, in the capture or by itself; ours has them',
    covers: ({ field, row, record }) =>
      field === 'Community ID' &&
      row.layers.transport.startsWith('icmp') &&
      (record.packet.truncated || row.gaveUpIn('ICMP') || row.gaveUpIn('ICMPv6')),
  },
  {
    name: 'Community ID of a refuted UDP length',
    reason: 'tshark makes it without ports where the header claims fewer bytes than it has itself; ours has them',
    covers: ({ field, row }) => field === 'Community ID' && Number(row.ofTransport('udp', 'udp.length')) < 8,
  },
  {
    name: 'guessed record header',
    reason:
      'a fuzzed pcap whose record headers tshark guesses to have 24 bytes: it reads each frame from its ninth byte',
    covers: ({ file, field }) =>
      file === 'odd/dc5f9e7c3345-fuzz.pcap' && (field === 'source MAC' || field === 'destination MAC'),
  },
  {
    name: 'no time',
    reason: 'a pcapng simple packet has none: tshark prints nothing, our record takes the time of the one before',
    covers: ({ field, theirs, record }) => field === 'timestamp' && theirs === undefined && record.format === 'pcapng',
  },
  {
    name: 'Community ID behind IPv6 extension headers',
    reason: 'tshark makes none where no transport layer that it knows follows; ours has the addresses and the number',
    covers: ({ field, theirs, row }) => field === 'Community ID' && theirs === undefined && row.layers.transport === '',
  },
  {
    name: 'fraction beyond 32 bits',
    reason: 'the same where the fraction is so long that tshark’s nanoseconds wrap around at 2^32',
    covers: ({ field, theirs, ours }) =>
      field === 'timestamp' && theirs !== undefined && (nanosecondsOf(ours) - nanosecondsOf(theirs)) % 2n ** 32n === 0n,
  },
  {
    name: 'ARCNET',
    reason: 'a link type without a decoder: counted by its LINKTYPE name',
    covers: ({ field, record }) =>
      field === 'layers' && record.linktype === 'ARCNET_LINUX' && record.reason === 'linktype-unsupported',
  },
  {
    name: 'IPComp',
    reason: 'tshark inflates what RFC 3173 compressed; ours is a flow of protocol 108',
    covers: ({ field, row, record }) =>
      (field === 'layers' || field === 'tunnels') && row.protocols.includes('ipcomp') && record.packet.protocol === 108,
  },
  {
    name: 'more than 16 link headers',
    reason: 'behind so many tags and frames in frames we look at nothing: not-ip',
    covers: ({ field, row, record }) =>
      field === 'layers' &&
      record.reason === 'not-ip' &&
      row.protocols.filter((name) => name === 'ieee8021ah').length > MAX_LINK_HEADERS,
  },
  {
    name: 'bit order of FDDI',
    reason: 'tshark turns the bits of each byte of an FDDI address around; as they stand they are DECnet’s aa:00:04:00',
    covers: ({ field, theirs, ours, record }) =>
      (field === 'source MAC' || field === 'destination MAC') &&
      record.linktype === 'FDDI' &&
      theirs !== undefined &&
      bitsReversed(theirs) === ours,
  },
  {
    name: 'nothing whole inside a tunnel',
    reason: 'the packet inside is cut or malformed: the one that carries it is the flow, and tunnelUndecoded says why',
    covers: ({ field, record }) => (field === 'layers' || field === 'tunnels') && record.packet.tunnelUndecoded !== 0,
  },
  {
    name: 'fragment behind an authentication header',
    reason: 'tshark reads the transport header of a first fragment behind AH, ours is told at the last fragment',
    covers: ({ field, row, record }) =>
      field === 'layers' && row.protocols.includes('ah') && record.packet.moreFragments,
  },
  {
    name: 'inside of a tunnel nobody asks for',
    reason: 'Community ID: tshark dissects a packet inside an application (a heuristic, a quoted one) and takes that',
    covers: ({ field, row }) =>
      field === 'Community ID' &&
      row.protocols.filter((name) => name === 'ip' || name === 'ipv6').length > 1 &&
      row.layers.tunnels.length === 0,
  },
];
