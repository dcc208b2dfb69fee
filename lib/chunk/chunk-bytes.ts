// chunk: where the bytes of a chunk's records lie: in the dump, or unpacked beside the chunk's columns.

import type { ChunkManifest } from './manifest.ts';

export interface ChunkBytes {
  readonly key: string;
  readonly range: { readonly offset: number; readonly length: number };
  /** The dump must still be the one that was split; what split wrote belongs to it by its key. */
  readonly ifMatch?: string;
}

/** What to read for the bytes [start, start + length) from the chunk's offset: an object's key and a range of it. */
export function chunkBytes(
  manifest: Pick<ChunkManifest, 'offset' | 'rawObject'>,
  dump: { readonly key: string; readonly etag: string },
  start: number,
  length: number,
): ChunkBytes {
  if (manifest.rawObject !== undefined) return { key: manifest.rawObject, range: { offset: start, length } };
  return { key: dump.key, range: { offset: manifest.offset + start, length }, ifMatch: dump.etag };
}
