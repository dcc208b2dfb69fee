// app: the ceilings on what is kept of a conversation; what happens at each stands beside it.

/** Characters of one string; what is longer is cut. */
export const MAX_TEXT = 1024;

/** Characters of a name (user, host, share, command); what is longer is cut. */
export const MAX_NAME = 256;

/** Distinct values of one list (commands, answers, file names); later ones are left out. */
export const MAX_LIST = 16;

/** Messages, frames or lines looked at on one side; later ones are left unread. */
export const MAX_MESSAGES = 64;
