// flow: short runs of bytes from one piece of memory to another: most are too short for a call to be worth it.

/** From here on one call copies faster than a loop. */
const LONG_COPY = 64;

/** Copies `from[start, start + length)` to `at`; the caller has made sure that the bytes and the room are there. */
export function copyBytes(from: Uint8Array, start: number, length: number, to: Uint8Array, at: number): void {
  if (length > LONG_COPY) to.set(from.subarray(start, start + length), at);
  else for (let k = 0; k < length; k++) to[at + k] = from[start + k] as number;
}
