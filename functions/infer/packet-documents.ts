// infer: documents of the chunk's packets that were selected.

import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import { DECODED } from '../../lib/decode/reasons.ts';
import type { DocumentContext } from '../../lib/document/document-context.ts';
import { type PacketDocument, packetDocument } from '../../lib/document/packet-document.ts';
import { readChunkRecords } from '../../lib/records/read-chunk-records.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { readChunkPackets } from './chunk-packets.ts';
import { chunkPlaces } from './chunk-place.ts';
import type { PacketSelection } from './packet-selection.ts';

const DIRECTIONS = ['source', 'destination'] as const;

/** In the order of the records. */
export async function* packetDocuments(
  store: ObjectStore,
  message: ChunkMessage,
  manifest: ChunkManifest,
  selection: PacketSelection,
  context: DocumentContext,
  signal: AbortSignal,
): AsyncGenerator<PacketDocument> {
  const [place] = chunkPlaces(message, manifest);
  if (selection.size === 0 || place === undefined) return;
  const records = await readChunkRecords(store, place.recordObject, signal);
  const { columns } = records;
  const rows: number[] = [];
  for (let row = 0; row < records.count; row += 1) {
    const selected = selection.get(columns.flow[row] ?? -1);
    if (selected !== undefined && manifest.firstRecord + row <= selected.lastRecord) rows.push(row);
  }

  const source = { store, dump: message, place, records, interfaces: manifest.interfaces };
  for await (const { row, packet } of readChunkPackets(source, rows, signal)) {
    const flow = columns.flow[row] ?? -1;
    const selected = selection.get(flow);
    if (packet.reason !== DECODED || selected === undefined) continue;
    const where = {
      record: manifest.firstRecord + row,
      interfaceId: columns.interfaceId[row] ?? 0,
      capturedLength: columns.capturedLength[row] ?? 0,
      originalLength: columns.originalLength[row] ?? 0,
      seconds: columns.seconds[row] ?? 0,
      nanoseconds: columns.nanoseconds[row] ?? 0,
      direction: DIRECTIONS[columns.direction[row] ?? 0] ?? 'source',
      flow,
    };
    yield packetDocument(packet, where, context, selected);
  }
}
