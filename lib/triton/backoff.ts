// triton: pauses between tries: exponential with full jitter (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter).

export interface BackoffRange {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** After the `failures`th failure in a row, 1 and up; `random` gives [0, 1). */
export function backoffMs(failures: number, { baseMs, maxMs }: BackoffRange, random: () => number): number {
  return random() * Math.min(maxMs, baseMs * 2 ** (failures - 1));
}
