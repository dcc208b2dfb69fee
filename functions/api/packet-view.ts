// api: one record of a chunk as a reply carries it: its columns and its decoded layers.

import { linktypeName } from '../../lib/capture/linktypes.ts';
import type { CaptureInterface } from '../../lib/capture/record-batch.ts';
import type { ChunkRecords } from '../../lib/chunk/record-fields.ts';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { DECODE_REASONS, type Packet } from '../../lib/decode/packet.ts';
import { formatAddressWords, formatMacWords } from '../../lib/document/address-text.ts';
import { type DumpVersion, flowDocumentId } from '../../lib/document/document-id.ts';
import { formatTime } from '../../lib/document/document-time.ts';
import { hasPorts, TCP_PROTOCOL } from '../../lib/document/network-name.ts';
import { packetInfo, protocolName, tcpFlagNames } from './packet-info.ts';
import type { PacketView } from './schema/packet-schema.ts';

const DIRECTIONS = ['source', 'destination'] as const;

export interface RecordPlace {
  readonly version: DumpVersion;
  readonly interfaces: ReadonlyMap<number, Omit<CaptureInterface, 'name'> & { readonly name?: string | undefined }>;
  /** Number of the chunk's first record. */
  readonly firstRecord: number;
  /** Bytes of the dump, and where in them the record's captured bytes begin. */
  readonly bytes: Uint8Array;
  readonly start: number;
}

/** Row `row` of the chunk's columns; `packet` is scratch space, reused from record to record. */
export function packetView(records: ChunkRecords, row: number, place: RecordPlace, packet: Packet): PacketView {
  const { columns } = records;
  const interfaceId = columns.interfaceId[row] ?? 0;
  const from = place.interfaces.get(interfaceId);
  const originalLength = columns.originalLength[row] ?? 0;
  const capturedLength = Math.min(columns.capturedLength[row] ?? 0, Math.max(0, place.bytes.length - place.start));
  decodePacket(place.bytes, place.start, capturedLength, originalLength, from?.linktype ?? -1, packet);

  const reason = DECODE_REASONS[columns.reason[row] ?? 0] ?? 'decoded';
  const flow = columns.flow[row] ?? -1;
  const direction = DIRECTIONS[columns.direction[row] ?? 2];
  const timestamp = formatTime({ seconds: columns.seconds[row] ?? 0, nanoseconds: columns.nanoseconds[row] ?? 0 });
  return {
    record: place.firstRecord + row,
    timestamp: timestamp ?? null,
    interface: {
      id: interfaceId,
      linktype: from === undefined ? 'unknown' : linktypeName(from.linktype),
      ...(from?.name !== undefined && { name: from.name }),
    },
    capturedLength,
    originalLength,
    ...endpoints(packet),
    ...(packet.vlan >= 0 && { vlan: packet.vlan }),
    ...networkFields(packet),
    ...(flow >= 0 && { flowId: flowDocumentId(place.version, flow) }),
    ...(flow >= 0 && direction !== undefined && { direction }),
    ...(reason !== 'decoded' && { reason }),
    truncated: packet.truncated,
    info: packetInfo(packet, packet.reason === 0 ? reason : (DECODE_REASONS[packet.reason] ?? reason)),
  };
}

function endpoints(packet: Packet): Pick<PacketView, 'source' | 'destination'> {
  const source: PacketView['source'] = {};
  const destination: PacketView['destination'] = {};
  if (packet.reason === 0) {
    source.ip = formatAddressWords(packet.ipVersion, [packet.source0, packet.source1, packet.source2, packet.source3]);
    destination.ip = formatAddressWords(packet.ipVersion, [
      packet.destination0,
      packet.destination1,
      packet.destination2,
      packet.destination3,
    ]);
    if (hasPorts(packet.protocol) && packet.fragmentOffset === 0) {
      source.port = packet.sourcePort;
      destination.port = packet.destinationPort;
    }
  }
  if (packet.hasMac) {
    source.mac = formatMacWords(packet.sourceMacHigh, packet.sourceMacLow);
    destination.mac = formatMacWords(packet.destinationMacHigh, packet.destinationMacLow);
  }
  return { source, destination };
}

function networkFields(packet: Packet): Partial<PacketView> {
  if (packet.reason !== 0) return {};
  const { ipVersion, protocol, ipLength, payloadLength, ttl, tos } = packet;
  const flags =
    protocol === TCP_PROTOCOL && packet.fragmentOffset === 0 ? { tcpFlags: tcpFlagNames(packet.tcpFlags) } : {};
  return { ipVersion, transport: protocolName(protocol), protocol, ipLength, payloadLength, ttl, tos, ...flags };
}
