// infer: chosen packets of a chunk, decoded from the dump's own bytes, of which only the parts around them are fetched.

import { chunkBytes } from '../../lib/chunk/chunk-bytes.ts';
import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import type { ChunkRecords } from '../../lib/chunk/record-fields.ts';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket, type Packet } from '../../lib/decode/packet.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import type { ChunkPlace } from './chunk-place.ts';

/** Bytes of the dump in memory at once; a record that is longer is fetched whole. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** Bytes between two chosen records that are fetched with them: less than what another request costs. */
const MAX_GAP_BYTES = 128 * 1024;

export interface ChunkPacket {
  /** In the chunk's columns. */
  readonly row: number;
  /** Used again for the next one, and its bytes with it. */
  readonly packet: Packet;
}

export interface PacketSource {
  readonly store: ObjectStore;
  readonly dump: Pick<ChunkMessage, 'key' | 'etag'>;
  readonly place: ChunkPlace;
  readonly records: ChunkRecords;
  readonly interfaces: ChunkManifest['interfaces'];
}

/** The packets of these rows, which ascend. A record alone: of a fragmented packet, the fragment. */
export async function* readChunkPackets(
  { store, dump, place, records: { columns }, interfaces }: PacketSource,
  rows: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<ChunkPacket> {
  const linktypes = new Map(interfaces.map(({ id, linktype }) => [id, linktype]));
  const packet = createPacket();
  const beginOf = (row: number): number => columns.offset[row] ?? 0;
  const endOf = (row: number): number => beginOf(row) + (columns.recordLength[row] ?? 0);
  for (let at = 0; at < rows.length; ) {
    const first = at;
    const begin = beginOf(rows[first] ?? 0);
    let end = endOf(rows[first] ?? 0);
    for (at += 1; at < rows.length; at += 1) {
      const row = rows[at] ?? 0;
      if (beginOf(row) - end > MAX_GAP_BYTES || endOf(row) - begin > WINDOW_BYTES) break;
      end = endOf(row);
    }
    const { key, range, ...match } = chunkBytes(place, dump, begin, end - begin);
    const bytes = await store.getRange(key, range, { ...match, signal });
    for (const row of rows.slice(first, at)) {
      const start = beginOf(row) - begin + (columns.dataOffset[row] ?? 0);
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
