// records: the bytes of chosen records by byte ranges, in order, the next ranges already on their way.

import { type ByteSpan, planSpans, SPAN_LIMITS, type SpanLimits } from '../carve/byte-spans.ts';
import type { ChunkSelection, RecordPiece } from '../carve/record-piece.ts';
import { chunkBytes } from '../chunk/chunk-bytes.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import { type ReadAheadLimits, readAhead } from './read-ahead.ts';

/** Ranges on their way at once, and their bytes; a record that is longer is fetched alone. */
const READ_AHEAD: ReadAheadLimits = { maxItems: 8, maxBytes: 8 * 1024 * 1024 };
/** No record is longer (MAX_BLOCK_LENGTH and its header): columns that say so are damaged. */
const MAX_SPAN_BYTES = 17 * 1024 * 1024;

interface PlannedSpan {
  readonly selection: ChunkSelection;
  readonly span: ByteSpan;
}

export interface ReadLimits {
  readonly spans: SpanLimits;
  readonly ahead: ReadAheadLimits;
}

/**
 * Every chosen record in exactly one piece, in order; a piece's bytes are the receiver's.
 * @throws PipelineError `object-replaced`, `object-deleted`, or `invalid-object` where an object is shorter than its columns.
 */
export async function* readSelections(
  store: ObjectStore,
  selections: AsyncIterable<ChunkSelection> | Iterable<ChunkSelection>,
  signal: AbortSignal,
  { spans, ahead }: ReadLimits = { spans: SPAN_LIMITS, ahead: READ_AHEAD },
): AsyncGenerator<RecordPiece> {
  const read = (planned: PlannedSpan, stop: AbortSignal) => readSpan(store, planned, stop);
  yield* readAhead(plannedSpans(selections, spans), read, ({ span }) => span.length, ahead, signal);
}

async function* plannedSpans(
  selections: AsyncIterable<ChunkSelection> | Iterable<ChunkSelection>,
  limits: SpanLimits,
): AsyncGenerator<PlannedSpan> {
  for await (const selection of selections) {
    const { records, rows } = selection;
    for (const span of planSpans(records.columns, rows, limits)) yield { selection, span };
  }
}

async function readSpan(
  store: ObjectStore,
  { selection, span }: PlannedSpan,
  signal: AbortSignal,
): Promise<RecordPiece> {
  const { place, dump } = selection;
  const { first, end, offset, length } = span;
  if (length > MAX_SPAN_BYTES) throw damaged(selection, first, `${length} bytes`);
  const { key, range, ...match } = chunkBytes(place, dump, offset, length);
  const bytes = await store.getRange(key, range, { ...match, signal });
  if (bytes.length !== length) throw damaged(selection, first, `${bytes.length} bytes where ${length} should lie`);
  return { selection, first, end, offset, bytes };
}

function damaged({ dump, place, rows }: ChunkSelection, at: number, what: string): PipelineError {
  const record = place.firstRecord + (rows[at] ?? 0);
  return new PipelineError('invalid-object', `dump ${dump.dumpId}, record ${record}: ${what}`, { permanent: true });
}
