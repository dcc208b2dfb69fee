// generate: parallel workers of a guessing tool: who is free next, and when.

export interface Slot {
  readonly worker: number;
  readonly startNs: number;
}

/** Starts of connections in order of time; `durationNs` says how long the n-th keeps its worker busy. */
export function* workerSlots(
  workers: number,
  startNs: number,
  durationNs: (number: number) => number,
  isDone: () => boolean,
): Generator<Slot> {
  // Workers start one after another within a few milliseconds.
  const freeAt = Array.from({ length: workers }, (_, worker) => startNs + worker * 350_000);
  for (let number = 0; !isDone(); number++) {
    const earliest = Math.min(...freeAt);
    const worker = freeAt.indexOf(earliest);
    yield { worker, startNs: Math.round(earliest) };
    freeAt[worker] = earliest + durationNs(number);
  }
}
