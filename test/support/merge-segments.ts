// Support: makes one segment of several at once, as the merging thread does slice by slice.
import { mergedSegment, writeMerged } from '../../local/opensearch/merge/segment-job.ts';
import type { Segment } from '../../local/opensearch/segment/segment-file.ts';
import type { SegmentSet } from '../../local/opensearch/segment/segment-set.ts';

export function mergeSegments(set: SegmentSet, sources: readonly Segment[]): void {
  if (sources.length < 2) return;
  const job = { kind: set.kind, sources, id: set.file.newId() };
  for (const _ of writeMerged(set.file, job));
  if (!set.replace(sources, mergedSegment(job))) throw new Error('the sources are not there');
}
