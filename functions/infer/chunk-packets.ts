// infer: chosen packets of a chunk, decoded from the dump's own bytes, of which only the parts around them are fetched.

import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import type { ChunkRecords } from '../../lib/chunk/record-fields.ts';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket, type Packet } from '../../lib/decode/packet.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { readSelections } from '../../lib/records/read-selections.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import type { ChunkPlace } from './chunk-place.ts';

/** Bytes of the dump in memory at once; a record that is longer is fetched whole. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** One request at a time: what waits is the model, not the bucket. */
const LIMITS = {
  spans: { maxGapBytes: 128 * 1024, maxSpanBytes: WINDOW_BYTES },
  ahead: { maxItems: 1, maxBytes: WINDOW_BYTES },
};

export interface ChunkPacket {
  /** In the chunk's columns. */
  readonly row: number;
  /** Used again for the next one, and its bytes with it. */
  readonly packet: Packet;
}

export interface PacketSource {
  readonly store: ObjectStore;
  readonly dump: Pick<ChunkMessage, 'dumpId' | 'key' | 'etag'>;
  readonly place: ChunkPlace;
  readonly records: ChunkRecords;
  readonly interfaces: ChunkManifest['interfaces'];
}

/** The packets of these rows, which ascend. A record alone: of a fragmented packet, the fragment. */
export async function* readChunkPackets(
  { store, dump, place, records, interfaces }: PacketSource,
  rows: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<ChunkPacket> {
  const { columns } = records;
  const linktypes = new Map(interfaces.map(({ id, linktype }) => [id, linktype]));
  const packet = createPacket();
  const selection = { dump, place, interfaces, records, rows: Uint32Array.from(rows) };
  for await (const { first, end, offset, bytes } of readSelections(store, [selection], signal, LIMITS)) {
    for (const row of rows.slice(first, end)) {
      const start = (columns.offset[row] ?? 0) - offset + (columns.dataOffset[row] ?? 0);
      const capturedLength = columns.capturedLength[row] ?? 0;
      if (start + capturedLength > bytes.length) {
        const record = place.firstRecord + row;
        throw new PipelineError('invalid-object', `record ${record} ends behind its own bytes`, { permanent: true });
      }
      const linktype = linktypes.get(columns.interfaceId[row] ?? 0) ?? -1;
      decodePacket(bytes, start, capturedLength, columns.originalLength[row] ?? 0, linktype, packet);
      yield { row, packet };
    }
  }
}
