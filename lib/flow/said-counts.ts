// flow: how often each side said some things, several counts in one number.

/** A count is at most SAID_PACKETS. */
const BASE = 1024;

/** What one more of each adds to the number of the source's side. */
export const SOURCE_SAID = {
  httpRequests: 1,
  httpPosts: BASE,
  loginAttempts: BASE ** 2,
  rpcRequests: BASE ** 3,
} as const;
/** To that of the destination's. */
export const DESTINATION_SAID = { httpErrors: 1, httpRefusals: BASE, loginRefusals: BASE ** 2 } as const;

/** The count that `unit` counts. */
export function countOf(said: number, unit: number): number {
  return Math.floor(said / unit) % BASE;
}

/** Whether the destination said no in words. */
export function isDenial(said: number): boolean {
  return said > 0 && countOf(said, DESTINATION_SAID.httpErrors) + countOf(said, DESTINATION_SAID.loginRefusals) > 0;
}
