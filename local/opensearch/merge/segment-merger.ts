// local/opensearch/merge: has segments merged, and pages that nobody needs taken away, one after the other, by a thread of its own.
import { Worker } from 'node:worker_threads';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { SegmentSet, SegmentWatcher } from '../segment/segment-set.ts';
import { type MergeJob, mergedSegment } from './merge-job.ts';
import type { MergeReply, MergeRequest } from './merge-worker.ts';

/** The pages of a merge pass through; what is kept is 16 sources' next ones. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

export class SegmentMerger implements SegmentWatcher {
  private readonly file: SegmentFile;
  private readonly name: string;
  private readonly grownSets = new Set<SegmentSet>();
  private gonePages: number[];
  private worker: Worker | undefined;
  private underWay: Promise<void> | undefined;
  private isClosing = false;

  /** `name` is where the segments' file lies. */
  constructor(file: SegmentFile, name: string) {
    this.file = file;
    this.name = name;
    this.gonePages = file.unknownPages();
    this.start();
  }

  grown(set: SegmentSet): void {
    this.grownSets.add(set);
    this.start();
  }

  gone(ids: readonly number[]): void {
    this.gonePages.push(...ids);
    this.start();
  }

  /** Resolves when there is nothing to do. */
  async settled(): Promise<void> {
    await this.underWay;
  }

  async close(): Promise<void> {
    this.isClosing = true;
    const { worker } = this;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('close' satisfies MergeRequest);
    await ended;
  }

  private start(): void {
    if (this.isClosing || this.underWay !== undefined) return;
    if (this.gonePages.length === 0 && [...this.grownSets].every(({ due }) => due === undefined)) return;
    this.underWay = this.run();
  }

  private async run(): Promise<void> {
    let sweeps = true;
    while (!this.isClosing) {
      const sweep = this.gonePages;
      if (sweeps && sweep.length > 0) {
        this.gonePages = [];
        const error = await this.ask({ sweep });
        if (error === undefined) continue;
        this.gonePages.push(...sweep);
        sweeps = false;
        this.warn('pages that nobody needs were not taken away', error);
        continue;
      }
      const set = [...this.grownSets].find(({ due }) => due !== undefined);
      const sources = set?.due;
      if (set === undefined || sources === undefined) break;
      const error = await this.merge(set, { kind: set.kind, sources, id: this.file.newId() });
      if (error === undefined) continue;
      this.grownSets.delete(set);
      this.warn(`segments of ${set.kind} were not merged, and searches take longer`, error);
    }
    this.grownSets.clear();
    // at once: what comes from here on starts another
    this.underWay = undefined;
  }

  /** Resolves with an error where it could not be done. */
  private async merge(set: SegmentSet, job: MergeJob): Promise<string | undefined> {
    let error = await this.ask({ merge: job });
    if (this.isClosing) return undefined;
    let isInPlace = false;
    try {
      isInPlace = error === undefined && set.replace(job.sources, mergedSegment(job));
    } catch (thrown) {
      error = String(thrown);
    }
    if (!isInPlace) this.gonePages.push(job.id);
    return error;
  }

  /** A full disk is the usual cause: it is tried again when there is another segment. */
  private warn(what: string, error: string): void {
    if (!this.isClosing) process.emitWarning(`${what}: ${error}; it is tried again`, { code: 'SEGMENTS' });
  }

  /** Resolves with an error where it could not be done. */
  private ask(request: MergeRequest): Promise<string | undefined> {
    const worker = this.worker ?? this.newWorker();
    return new Promise((resolve) => {
      const ended = (error: string | undefined): void => {
        worker.off('message', replied);
        worker.off('error', failed);
        worker.off('exit', exited);
        resolve(error);
      };
      const replied = ({ error }: MergeReply): void => ended(error);
      const failed = (error: unknown): void => ended(String(error));
      const exited = (): void => ended('the merging thread has ended');
      worker.once('message', replied);
      worker.once('error', failed);
      worker.once('exit', exited);
      worker.postMessage(request);
    });
  }

  private newWorker(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./merge-worker.${extension}`, import.meta.url), {
      workerData: this.name,
      resourceLimits: HEAP,
      execArgv: [],
    });
    // whoever asked is told as well
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      this.worker = undefined;
    });
    this.worker = worker;
    return worker;
  }
}
