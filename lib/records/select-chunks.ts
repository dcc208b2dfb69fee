// records: chosen records chunk by chunk, the next chunks' columns already on their way.

import type { ChunkSelection } from '../carve/record-piece.ts';
import { recordObjectKey } from '../chunk/keys.ts';
import type { ChunkManifest } from '../chunk/manifest.ts';
import type { ChunkRecords } from '../chunk/record-fields.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import type { DumpObjects } from './dump-version.ts';
import { type ReadAheadLimits, readAhead } from './read-ahead.ts';
import { readChunkRecords } from './read-chunk-records.ts';
import { readManifest } from './read-manifest.ts';

/** Chunks whose columns are read at once: some 1.5 MB each. */
const READ_AHEAD: ReadAheadLimits = { maxItems: 6, maxBytes: 6 };

export interface ChunkChoice {
  readonly chunk: number;
  /** Ascending rows of the chunk's columns. */
  readonly choose: (records: ChunkRecords, manifest: ChunkManifest) => Uint32Array;
}

/** Reads a chunk's manifest; one that keeps what it read saves the second request. */
export type ManifestReader = (chunk: number, signal: AbortSignal) => Promise<ChunkManifest>;

/** Chunks where nothing is chosen are left out. */
export async function* selectChunks(
  store: ObjectStore,
  dump: DumpObjects,
  choices: AsyncIterable<ChunkChoice> | Iterable<ChunkChoice>,
  signal: AbortSignal,
  manifestOf: ManifestReader = (chunk, stop) => readManifest(store, dump, chunk, stop),
): AsyncGenerator<ChunkSelection> {
  const read = async ({ chunk, choose }: ChunkChoice, stop: AbortSignal): Promise<ChunkSelection> => {
    const key = recordObjectKey(dump.dumpId, dump.etag, chunk);
    const [manifest, records] = await Promise.all([manifestOf(chunk, stop), readChunkRecords(store, key, stop)]);
    return { dump, place: manifest, interfaces: manifest.interfaces, records, rows: choose(records, manifest) };
  };
  for await (const selection of readAhead(choices, read, () => 1, READ_AHEAD, signal)) {
    if (selection.rows.length > 0) yield selection;
  }
}
