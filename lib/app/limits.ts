// app: the ceilings on what is kept of a conversation; what happens at each stands beside it.

/** Characters of one string; what is longer is cut. */
export const MAX_TEXT = 1024;
