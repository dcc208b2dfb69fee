// local/opensearch/merge: what the thread beside does, a slice at a time: writes a segment's pages, of words or of other segments; sweeps.
import type { Segment, SegmentFile, SegmentKind, SegmentOwner, SegmentPage } from '../segment/segment-file.ts';
import { decodeDetail, encodeDetail, mergedDetail } from '../value/value-detail.ts';
import { mergeValues } from '../value/value-merge.ts';
import { type SharedWords, WordBatch } from '../word/word-batch.ts';
import { mergeWords } from '../word/word-merge.ts';

export interface MergeJob {
  readonly kind: SegmentKind;
  /** In the order of their rows. */
  readonly sources: readonly Segment[];
  /** Number of the new segment's pages. */
  readonly id: number;
}

export interface WordsJob {
  readonly owner: SegmentOwner;
  readonly segment: Segment;
  readonly words: SharedWords;
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
export function writeMerged(file: SegmentFile, job: MergeJob): Generator<void> {
  return writePages(file, job.id, mergedPages(file, job));
}

/** Stops after each slice; the segment is known when all are written. */
export function* writeWords(file: SegmentFile, { owner, segment, words }: WordsJob): Generator<void> {
  yield* writePages(file, segment.id, WordBatch.shared(words).pages());
  file.add(owner, segment, []);
}

function* writePages(file: SegmentFile, id: number, pages: Iterable<SegmentPage>): Generator<void> {
  let slice: SegmentPage[] = [];
  let bytes = 0;
  for (const page of pages) {
    slice.push(page);
    bytes += page.data.length;
    if (bytes < SLICE_BYTES) continue;
    file.addPages(id, slice);
    slice = [];
    bytes = 0;
    yield;
  }
  file.addPages(id, slice);
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
