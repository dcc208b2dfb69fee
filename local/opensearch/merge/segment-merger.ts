// local/opensearch/merge: has words written, and beside that segments merged and pages that nobody needs taken away, one after the other.
import type { Segment, SegmentFile, SegmentOwner } from '../segment/segment-file.ts';
import type { SegmentSet, SegmentWatcher } from '../segment/segment-set.ts';
import type { SharedWords } from '../word/word-batch.ts';
import { type MergeJob, mergedSegment } from './segment-job.ts';
import { SegmentThread } from './segment-thread.ts';

export class SegmentMerger implements SegmentWatcher {
  private readonly file: SegmentFile;
  private readonly thread: SegmentThread;
  private readonly grownSets = new Set<SegmentSet>();
  private gonePages: number[];
  private underWay: Promise<void> | undefined;
  private isClosing = false;

  /** `name` is where the segments' file lies. */
  constructor(file: SegmentFile, name: string) {
    this.file = file;
    this.thread = new SegmentThread(name);
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

  async write(owner: SegmentOwner, segment: Segment, words: SharedWords): Promise<boolean> {
    const error = await this.thread.ask({ words: { owner, segment, words } });
    if (error !== undefined) this.warn('words stay in memory, and are lost to no search', error);
    return error === undefined;
  }

  /** Resolves when there is nothing to merge and to sweep. */
  async settled(): Promise<void> {
    await this.underWay;
  }

  close(): Promise<void> {
    this.isClosing = true;
    return this.thread.close();
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
        const error = await this.thread.ask({ sweep });
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
    let error = await this.thread.ask({ merge: job });
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
}
