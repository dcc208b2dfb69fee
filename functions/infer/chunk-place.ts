// infer: where the records of a chunk lie, its own or a later one's whose manifest may not be there yet.

import { rawObjectKey, recordObjectKey } from '../../lib/chunk/keys.ts';
import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';

export interface ChunkPlace {
  readonly chunk: number;
  /** In the uncompressed stream. */
  readonly offset: number;
  readonly firstRecord: number;
  readonly recordObject: string;
  /** Compressed dumps only. */
  readonly rawObject?: string;
}

/** The manifest's own chunk and the later ones it names, by their first record. */
export function chunkPlaces({ dumpId, etag }: ChunkMessage, manifest: ChunkManifest): readonly ChunkPlace[] {
  const { chunk, offset, firstRecord, recordObject, rawObject, later } = manifest;
  const own = { chunk, offset, firstRecord, recordObject, ...(rawObject !== undefined && { rawObject }) };
  const others = later.map((place) => ({
    ...place,
    recordObject: recordObjectKey(dumpId, etag, place.chunk),
    ...(rawObject !== undefined && { rawObject: rawObjectKey(dumpId, etag, place.chunk) }),
  }));
  return [own, ...others];
}
