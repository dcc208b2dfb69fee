// carve: chosen records of one chunk, with what has to be known to read and understand them, and their bytes.

import type { ChunkManifest } from '../chunk/manifest.ts';
import type { ChunkRecords } from '../chunk/record-fields.ts';

export interface ChunkSelection {
  readonly dump: { readonly dumpId: string; readonly key: string; readonly etag: string };
  /** Where the chunk lies; of a later chunk its manifest may not be there yet. */
  readonly place: Pick<ChunkManifest, 'offset' | 'firstRecord' | 'rawObject'>;
  readonly interfaces: ChunkManifest['interfaces'];
  readonly records: ChunkRecords;
  /** Rows of the columns, ascending. */
  readonly rows: Uint32Array;
}

/** The bytes of some of a selection's records, one after the other, with what lies between them. */
export interface RecordPiece {
  readonly selection: ChunkSelection;
  /** `selection.rows[first … end)` lie in `bytes`, which begin at `offset` from the chunk's own. */
  readonly first: number;
  readonly end: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}
