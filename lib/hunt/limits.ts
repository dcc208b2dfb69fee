// hunt: how much a hunt may ask for, and how it is cut into work.

/** Chunks of one unit: what one message has done, and what is lost where it cannot be. */
export const UNIT_CHUNKS = 16;
/** A unit that takes longer than this leaves its other chunks out, and says so. */
export const UNIT_MS = 10 * 60_000;
export const MAX_PATTERN_CHARACTERS = 512;
/** Instructions of a compiled expression: each may cost a step for each byte. */
export const MAX_PROGRAM_SIZE = 1000;
export const MAX_MATCHES = 10_000;
export const MAX_MATCHES_A_RECORD = 16;
/** Bytes shown before and behind a match, and of it. */
export const CONTEXT_BYTES = 24;
export const MAX_SHOWN_BYTES = 96;
/** Hunts kept; each may have thousands of matches in the bucket. */
export const MAX_HUNTS = 100;
