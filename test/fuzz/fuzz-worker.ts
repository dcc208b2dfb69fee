// fuzz: the loop: change an input, run it, keep it where it reached something new; the main thread watches the time.
import { parentPort, workerData } from 'node:worker_threads';
import { corpusOf } from './corpus.ts';
import { Coverage } from './coverage.ts';
import { createChance, mutate } from './mutate.ts';
import { TARGETS } from './targets.ts';

export interface FuzzTask {
  readonly target: string;
  readonly seconds: number;
  readonly seed: number;
  /** [0]: runs begun; [1]: length of the input under way. Then its bytes. */
  readonly shared: SharedArrayBuffer;
}

export type FuzzOutcome =
  | { readonly kind: 'crash' | 'slow'; readonly input: Uint8Array; readonly words: string }
  | { readonly kind: 'done'; readonly runs: number; readonly executed: number; readonly found: readonly Uint8Array[] };

/** Inputs between two looks at the coverage, which costs as much as some hundred runs. */
const BATCH = 200;
const SLOW_MS = 1000;
const MAX_CORPUS = 4000;

const { target: name, seconds, seed, shared } = workerData as FuzzTask; // what fuzz.ts gives
const target = TARGETS.find((candidate) => candidate.name === name);
const state = new Int32Array(shared, 0, 2);
const current = new Uint8Array(shared, 8);
let runs = 0;

/** Undefined where all is well. */
function run(input: Uint8Array): FuzzOutcome | undefined {
  current.set(input);
  state[1] = input.length;
  Atomics.store(state, 0, ++runs);
  const began = performance.now();
  try {
    target?.run(input);
  } catch (error) {
    return { kind: 'crash', input, words: String(error instanceof Error ? error.stack : error) };
  }
  const passed = performance.now() - began;
  return passed > SLOW_MS ? { kind: 'slow', input, words: `${Math.round(passed)} ms` } : undefined;
}

function fuzz(): FuzzOutcome {
  const chance = createChance(seed);
  const words = (target?.words ?? []).map((word) => Buffer.from(word, 'latin1'));
  const coverage = new Coverage();
  const corpus: Uint8Array[] = [new Uint8Array(0), ...corpusOf(name).map(({ bytes }) => bytes)];
  const found: Uint8Array[] = [];
  for (const input of corpus) {
    const failure = run(input);
    if (failure !== undefined) return failure;
  }
  coverage.hasNew();
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    // Half of the time what was found last: it lies at the edge of what is known.
    const pick = () =>
      corpus[chance(2) === 0 ? chance(corpus.length) : corpus.length - 1 - chance(Math.min(20, corpus.length))];
    const batch = Array.from({ length: BATCH }, () =>
      mutate(pick() ?? new Uint8Array(0), pick() ?? new Uint8Array(0), words, chance),
    );
    for (const input of batch) {
      const failure = run(input);
      if (failure !== undefined) return failure;
    }
    if (!coverage.hasNew(true)) continue;
    for (const input of batch) {
      const failure = run(input);
      if (failure !== undefined) return failure;
      if (!coverage.hasNew() || corpus.length >= MAX_CORPUS) continue;
      corpus.push(input);
      found.push(input);
    }
  }
  return { kind: 'done', runs, executed: coverage.executed, found };
}

parentPort?.postMessage(fuzz());
