// checkpoint: the ceilings on what a checkpoint holds and what reading one may allocate; what happens at each stands beside it.

const MEBIBYTE = 1024 * 1024;

/** State is written in parts of this size, each an object of its own: what is held of it in memory at once. */
export const PART_BYTES = 8 * MEBIBYTE;

/** Parts of one checkpoint (64 GiB of state); a larger one is neither written nor read. */
export const MAX_PARTS = 8192;

/** Bytes of one array of the state; a longer one is refused before memory is taken for it. */
export const MAX_ARRAY_BYTES = 2 * 1024 * MEBIBYTE;

/** Bytes of one value that is written as JSON: interfaces, gaps, warnings. */
export const MAX_JSON_BYTES = 64 * MEBIBYTE;

/** Bytes of a checkpoint's manifest. */
export const MAX_MANIFEST_BYTES = 2 * MEBIBYTE;

/** Invocations that one split may take; a continuation beyond is an error of its dump. */
export const MAX_LEGS = 10_000;

/** Times a split begins anew because its checkpoint cannot be read; then it is an error of its dump. */
export const MAX_RESTARTS = 2;
