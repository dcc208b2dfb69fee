// document: one decoded packet as an ECS document; its label is its flow's.

import type { Packet } from '../decode/packet.ts';
import type { FlowVerdict } from '../detection/verdict.ts';
import { formatAddressWords, formatMacWords } from './address-text.ts';
import { type DocumentContext, dumpReference, ECS, eventHeader } from './document-context.ts';
import { flowDocumentId, packetDocumentId } from './document-id.ts';
import { formatTime, type Moment, OUT_OF_RANGE_TAG } from './document-time.ts';
import type { DocumentOf } from './document-type.ts';
import { hasPorts, networkType, TCP_PROTOCOL, transportName } from './network-name.ts';
import type { PACKET_DOCUMENT_FIELDS } from './packet-document-fields.ts';

/** Where the packet stands in the dump, beside what was decoded. */
export interface PacketPlace extends Moment {
  readonly record: number;
  readonly interfaceId: number;
  readonly capturedLength: number;
  readonly originalLength: number;
  readonly direction: 'source' | 'destination';
  /** Number of the first record of its flow. */
  readonly flow: number;
}

export type PacketDocument = DocumentOf<typeof PACKET_DOCUMENT_FIELDS>;

const FLAG_LETTERS = 'FSRPAUEC';
const ICMP_PROTOCOLS: ReadonlySet<number> = new Set([1, 58]);

/** `SA` for SYN and ACK, in the order of the bits. */
export function tcpFlagLetters(flags: number): string {
  let letters = '';
  for (let bit = 0; bit < FLAG_LETTERS.length; bit += 1) {
    if ((flags & (1 << bit)) !== 0) letters += FLAG_LETTERS.charAt(bit);
  }
  return letters;
}

function sourceEndpoint(packet: Packet): PacketDocument['source'] {
  const { source0, source1, source2, source3 } = packet;
  return {
    ip: formatAddressWords(packet.ipVersion, [source0, source1, source2, source3]),
    port: hasPorts(packet.protocol) ? packet.sourcePort : undefined,
    mac: packet.hasMac ? formatMacWords(packet.sourceMacHigh, packet.sourceMacLow) : undefined,
  };
}

function destinationEndpoint(packet: Packet): PacketDocument['source'] {
  const { destination0, destination1, destination2, destination3 } = packet;
  return {
    ip: formatAddressWords(packet.ipVersion, [destination0, destination1, destination2, destination3]),
    port: hasPorts(packet.protocol) ? packet.destinationPort : undefined,
    mac: packet.hasMac ? formatMacWords(packet.destinationMacHigh, packet.destinationMacLow) : undefined,
  };
}

function packetFields(packet: Packet, place: PacketPlace) {
  const isTcp = packet.protocol === TCP_PROTOCOL;
  return {
    record: place.record,
    seconds: formatTime(place) === undefined ? place.seconds : undefined,
    direction: place.direction,
    interface: place.interfaceId,
    captured_bytes: place.capturedLength,
    ip_length: packet.ipLength,
    ttl: packet.ttl,
    tos: packet.tos,
    data_offset: isTcp ? packet.tcpDataOffset : undefined,
    tcp_flags: isTcp ? tcpFlagLetters(packet.tcpFlags) : undefined,
    tcp_window: isTcp ? packet.tcpWindow : undefined,
    payload_length: packet.payloadLength,
    icmp: ICMP_PROTOCOLS.has(packet.protocol) ? { type: packet.icmpType, code: packet.icmpCode } : undefined,
    truncated: packet.truncated ? true : undefined,
  };
}

/** The document of a packet that was decoded (`reason` 0); nothing of `packet` is kept. */
export function packetDocument(
  packet: Packet,
  place: PacketPlace,
  context: DocumentContext,
  verdict: Pick<FlowVerdict, 'label' | 'score'> | undefined,
): PacketDocument {
  const time = formatTime(place);
  const source = sourceEndpoint(packet);
  const destination = destinationEndpoint(packet);
  const id = packetDocumentId(context, place.record);
  return {
    '@timestamp': time ?? context.ingested,
    ecs: ECS,
    tags: time === undefined ? [OUT_OF_RANGE_TAG] : undefined,
    event: { ...eventHeader('packets', id, context.ingested), sequence: place.record },
    source,
    destination,
    network: {
      transport: transportName(packet.protocol),
      iana_number: String(packet.protocol),
      type: networkType(packet.ipVersion),
      bytes: place.originalLength,
      vlan: packet.vlan < 0 ? undefined : { id: String(packet.vlan) },
    },
    related: { ip: source.ip === destination.ip ? [source.ip] : [source.ip, destination.ip] },
    smartids: {
      dump: dumpReference(context),
      run: context.run,
      flow: { id: flowDocumentId(context, place.flow) },
      packet: packetFields(packet, place),
      label: verdict?.label,
      score: verdict?.score,
    },
  };
}
