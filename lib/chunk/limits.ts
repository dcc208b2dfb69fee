// chunk: the ceilings on what split holds and writes of chunks; what happens at each stands beside it.

const MEBIBYTE = 1024 * 1024;

/** A chunk is cut before the record that would make it longer than this… */
export const CHUNK_TARGET_BYTES = 16 * MEBIBYTE;

/** …or give it more records than this, whichever comes first. */
export const CHUNK_MAX_RECORDS = 32_768;

/** Flow rows a chunk gathers before they are spilled to a row object. */
export const SPILL_ROWS = 4096;

/** Bytes of flow rows that all open chunks hold together; beyond it the chunk that holds most is spilled. */
export const MAX_BUFFERED_ROW_BYTES = 16 * MEBIBYTE;

/** Bytes of encoded objects that wait for the consumer; beyond it no further record is read. */
export const MAX_PENDING_OUTPUT_BYTES = 16 * MEBIBYTE;

/** Bytes of a column object after decompression; a larger one is refused. */
export const MAX_COLUMN_OBJECT_BYTES = 512 * MEBIBYTE;

/** Rows of a column object; more are refused. */
export const MAX_COLUMN_OBJECT_ROWS = 4 * 1024 * 1024;
