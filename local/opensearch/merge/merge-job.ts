// local/opensearch/merge: writes the pages of several segments as one's, a slice at a time.
import type { Segment, SegmentFile, SegmentKind, SegmentPage } from '../segment/segment-file.ts';
import { decodeDetail, encodeDetail, mergedDetail } from '../value/value-detail.ts';
import { mergeValues } from '../value/value-merge.ts';
import { mergeWords } from '../word/word-merge.ts';

export interface MergeJob {
  readonly kind: SegmentKind;
  /** In the order of their rows. */
  readonly sources: readonly Segment[];
  /** Number of the new segment's pages. */
  readonly id: number;
}

/** Of a source in memory at once: pages, of 64 KiB at most, mostly of 2 to 4. */
const READ_PAGES = 32;
/** Of one transaction: whoever else would write waits so long. */
const SLICE_BYTES = 512 * 1024;
/** Of a segment that is taken away, in one transaction. */
const SWEEP_PAGES = 512;

/** The segment to be. */
export function mergedSegment({ kind, sources, id }: MergeJob): Segment {
  const [oldest] = sources;
  const newest = sources.at(-1);
  if (oldest === undefined || newest === undefined) throw new Error('nothing to merge');
  const { first, base } = oldest;
  const detail = kind === 'words' ? new Uint8Array(0) : encodeDetail(mergedDetail(sources.map(decodeDetail)));
  return { id, first, last: newest.last, base, detail };
}

/** Stops after each slice; the segment is not known until somebody adds it. */
export function* writeMerged(file: SegmentFile, job: MergeJob): Generator<void> {
  let slice: SegmentPage[] = [];
  let bytes = 0;
  for (const page of mergedPages(file, job)) {
    slice.push(page);
    bytes += page.data.length;
    if (bytes < SLICE_BYTES) continue;
    file.addPages(job.id, slice);
    slice = [];
    bytes = 0;
    yield;
  }
  file.addPages(job.id, slice);
}

function mergedPages(file: SegmentFile, { kind, sources }: MergeJob): Generator<SegmentPage> {
  const base = sources[0]?.base ?? 0;
  const opened = sources.map((segment) => ({
    distance: segment.base - base,
    pages: file.pagesOf(segment, READ_PAGES),
  }));
  if (kind === 'words') return mergeWords(opened);
  return mergeValues(
    opened.map((one, at) => ({ ...one, detail: decodeDetail(sources[at] as Segment) })), // as many as there are sources
  );
}

/** Takes pages away that no segment has; stops after each slice. */
export function* sweepPages(file: SegmentFile, ids: readonly number[]): Generator<void> {
  for (const id of ids) while (file.sweep(id, SWEEP_PAGES)) yield;
}
