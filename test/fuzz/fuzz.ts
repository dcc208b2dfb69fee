// fuzz: coverage-guided, every decoder for its share of the time: node fuzz.ts [--seconds N] [--target NAME] [--seed N] [--keep].
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { keep } from './corpus.ts';
import type { FuzzOutcome, FuzzTask } from './fuzz-worker.ts';
import { TARGETS } from './targets.ts';

const MAX_INPUT_BYTES = 8192;
/** One input that runs longer than this will not end. */
const HANG_MS = 10_000;

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    target: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    /** Writes the inputs that reached something new into the corpus, as seeds. */
    keep: { type: 'boolean', default: false },
  },
});

function fuzz(task: FuzzTask): Promise<FuzzOutcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('fuzz-worker.ts', import.meta.url), { workerData: task });
    const state = new Int32Array(task.shared, 0, 2);
    let seen = -1;
    const watch = setInterval(() => {
      const now = Atomics.load(state, 0);
      if (now === seen && now > 0) {
        const input = Uint8Array.from(new Uint8Array(task.shared, 8, state[1]));
        end({ kind: 'slow', input, words: `no end after ${HANG_MS} ms` });
      }
      seen = now;
    }, HANG_MS);
    function end(outcome: FuzzOutcome): void {
      clearInterval(watch);
      void worker.terminate();
      resolve(outcome);
    }
    worker.on('message', end);
    worker.on('error', (error) => {
      clearInterval(watch);
      reject(error);
    });
  });
}

const targets = TARGETS.filter(({ name }) => options.target === undefined || name === options.target);
if (targets.length === 0)
  throw new Error(`no such target: ${options.target}; there are ${TARGETS.map((t) => t.name).join(', ')}`);
const seconds = Number(options.seconds) / targets.length;
const seed = Number(options.seed);
console.log(`fuzz: ${targets.length} targets, ${seconds.toFixed(1)} s each, seed ${seed}`);
for (const { name } of targets) {
  const shared = new SharedArrayBuffer(8 + MAX_INPUT_BYTES);
  const outcome = await fuzz({ target: name, seconds, seed, shared });
  if (outcome.kind === 'done') {
    const { runs, executed, found } = outcome;
    if (options.keep) for (const input of found.filter(({ length }) => length <= 512)) keep(name, 'seed', input);
    console.log(
      `${name.padEnd(32)} ${runs} runs, ${executed} characters of lib/ ran, ${found.length} inputs that reached something new`,
    );
    continue;
  }
  process.exitCode = 1;
  console.log(
    `${name.padEnd(32)} ${outcome.kind.toUpperCase()}: ${keep(name, outcome.kind, outcome.input)}\n${outcome.words}`,
  );
}
