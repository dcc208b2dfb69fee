// local/opensearch/segment: the segments of one index's words, or values, in the order of their rows.

import type { SharedWords } from '../word/word-batch.ts';
import type { Segment, SegmentFile, SegmentKind, SegmentOwner, SegmentPage } from './segment-file.ts';
import { dueForMerge } from './tier.ts';

/** Is told what there is to do beside. */
export interface SegmentWatcher {
  /** Writes a segment with its pages; false where it could not be done. */
  write(owner: SegmentOwner, segment: Segment, words: SharedWords): Promise<boolean>;
  /** There is one more. */
  grown(set: SegmentSet): void;
  /** Pages under these numbers are needed no more. */
  gone(ids: readonly number[]): void;
}

export class SegmentSet implements SegmentOwner {
  readonly kind: SegmentKind;
  readonly table: number;
  readonly file: SegmentFile;
  private readonly watcher: SegmentWatcher | undefined;
  private known: readonly Segment[];
  /** There are no rows with a number below. */
  private floor = 0;

  constructor(file: SegmentFile, kind: SegmentKind, table: number, watcher?: SegmentWatcher) {
    this.file = file;
    this.kind = kind;
    this.table = table;
    this.watcher = watcher;
    this.known = file.segments(this);
    watcher?.grown(this);
  }

  get list(): readonly Segment[] {
    return this.known;
  }

  /** Its rows come after those of all others. */
  add(segment: Omit<Segment, 'id'>, pages: Iterable<SegmentPage>): Segment {
    const added = { ...segment, id: this.file.newId() };
    this.file.add(this, added, pages);
    this.adopt(added);
    return added;
  }

  private adopt(segment: Segment): void {
    this.known = [...this.known, segment];
    this.watcher?.grown(this);
    if (segment.last >= this.floor) return;
    try {
      this.dropBelow(this.floor);
    } catch {
      // a full disk: it stays until the next are dropped, or a start without its table
    }
  }

  /** Whether there is a thread that writes segments beside. */
  get isWrittenBeside(): boolean {
    return this.watcher !== undefined;
  }

  /** The same beside: false where it could not be done; the same segment may be tried again. */
  async addBeside(segment: Segment, words: SharedWords): Promise<boolean> {
    const { kind, table } = this;
    if (this.watcher === undefined || !(await this.watcher.write({ kind, table }, segment, words))) return false;
    this.adopt(segment);
    return true;
  }

  /** Those that should become one. Rows between two segments of values are rows whose values nobody knows: that must stay so. */
  get due(): readonly Segment[] | undefined {
    return dueForMerge(this.known, (one, next) => this.kind === 'values' && next.first > one.last + 1);
  }

  /** False where some of those that were merged are gone meanwhile: then the merged one's pages are not needed. */
  replace(sources: readonly Segment[], merged: Segment): boolean {
    const at = this.known.findIndex(({ id }) => id === sources[0]?.id);
    if (at < 0 || sources.some(({ id }, next) => this.known[at + next]?.id !== id)) return false;
    this.file.replace(this, sources, merged);
    this.known = this.known.toSpliced(at, sources.length, merged);
    this.watcher?.gone(sources.map(({ id }) => id));
    return true;
  }

  /** Segments of rows that are all gone: none of the table has a number below. */
  dropBelow(seqNo: number): void {
    this.floor = Math.max(this.floor, seqNo);
    const gone = this.known.filter(({ last }) => last < seqNo);
    if (gone.length === 0) return;
    this.file.replace(this, gone);
    this.known = this.known.filter(({ last }) => last >= seqNo);
    this.watcher?.gone(gone.map(({ id }) => id));
  }
}
