// payload: how much of a conversation is held and read at once.

/** Of one direction, what came too early and waits for what lies before it: more, and the hole is taken for a gap. */
export const MAX_EARLY_BYTES = 1024 * 1024;
export const MAX_EARLY_SEGMENTS = 4096;
/** No window is larger (RFC 7323 §2.3): a segment further ahead is of no connection between the two. */
export const MAX_AHEAD_BYTES = 2 ** 30;
/** Unpacked bytes of the contents on one page; what is packed tighter than this is cut there. */
export const MAX_UNPACKED_BYTES = 1024 * 1024;
/** Contents on one page, and encodings on top of each other of one. */
export const MAX_CONTENTS = 256;
export const MAX_ENCODINGS = 4;
