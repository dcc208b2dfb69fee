// local/opensearch/merge: the thread that writes segments as those who ask it see it: begun when it is first needed, and again after it failed.
import { Worker } from 'node:worker_threads';
import type { SegmentReply, SegmentRequest, SegmentWork } from './segment-worker.ts';

/** The pages of a merge pass through; what is kept is 16 sources' next ones. Words lie in shared memory, outside of it. */
const HEAP = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };

export class SegmentThread {
  private readonly name: string;
  private worker: Worker | undefined;
  private readonly asked = new Map<number, (error: string | undefined) => void>();
  private lastNumber = 0;

  /** `name` is where the segments' file lies. */
  constructor(name: string) {
    this.name = name;
  }

  /** Resolves with an error where it could not be done. */
  ask(work: SegmentWork): Promise<string | undefined> {
    const worker = this.worker ?? this.begin();
    this.lastNumber += 1;
    const number = this.lastNumber;
    return new Promise((resolve) => {
      this.asked.set(number, resolve);
      worker.postMessage({ number, work } satisfies SegmentRequest);
    });
  }

  /** Words are written before; a merge is left where it is. */
  async close(): Promise<void> {
    const { worker } = this;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('close' satisfies SegmentRequest);
    await ended;
  }

  private begin(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./segment-worker.${extension}`, import.meta.url), {
      workerData: this.name,
      resourceLimits: HEAP,
      execArgv: [],
    });
    let cause = 'the thread that writes segments has ended';
    worker.on('message', ({ number, error }: SegmentReply) => {
      this.asked.get(number)?.(error);
      this.asked.delete(number);
    });
    worker.once('error', (error: unknown) => {
      cause = String(error);
    });
    worker.once('exit', () => {
      this.worker = undefined;
      for (const resolve of this.asked.values()) resolve(cause);
      this.asked.clear();
    });
    this.worker = worker;
    return worker;
  }
}
