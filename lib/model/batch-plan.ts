// model: which sequences go to the model together: of like length, so that little is filled up, and no more than it takes.

export interface BatchLimits {
  /** Sequences of a batch. */
  readonly sequences: number;
  /** Tokens of a batch, filling included; a single sequence may be longer. */
  readonly tokens: number;
}

/** Share of a batch's width by which its shortest sequence may be shorter. */
const MAX_FILLING = 1 / 8;

/**
 * Batches of indexes into `lengths` (tokens a sequence), longest first within a batch. `ranks` says what is urgent: a
 * lower rank goes into an earlier batch, never into one with a higher. Each index is in exactly one batch.
 */
export function planBatches(lengths: ArrayLike<number>, ranks: ArrayLike<number>, limits: BatchLimits): number[][] {
  const order = Array.from({ length: lengths.length }, (_, k) => k);
  const length = (k: number): number => lengths[k] ?? 0;
  const rank = (k: number): number => ranks[k] ?? 0;
  order.sort((a, b) => rank(a) - rank(b) || length(b) - length(a) || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  let width = 0;
  for (const k of order) {
    const isFull = batch.length >= limits.sequences || (batch.length + 1) * width > limits.tokens;
    const isOther = rank(k) !== rank(batch[0] ?? k) || length(k) < width * (1 - MAX_FILLING);
    if (batch.length === 0 || isFull || isOther) {
      batch = [];
      batches.push(batch);
      width = length(k);
    }
    batch.push(k);
  }
  return batches;
}
