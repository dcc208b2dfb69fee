// local/opensearch/segment: the segments of one index's words, or values, in the order of their rows.
import type { Segment, SegmentFile, SegmentKind, SegmentOwner, SegmentPage } from './segment-file.ts';
import { dueForMerge } from './tier.ts';

/** Is told what there is to do beside. */
export interface SegmentWatcher {
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
    this.known = [...this.known, added];
    this.watcher?.grown(this);
    return added;
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
    const gone = this.known.filter(({ last }) => last < seqNo);
    if (gone.length === 0) return;
    this.file.replace(this, gone);
    this.known = this.known.filter(({ last }) => last >= seqNo);
    this.watcher?.gone(gone.map(({ id }) => id));
  }
}
