// hunt: the chunks of one unit, read by ranges and searched.

import type { RecordPiece } from '../../lib/carve/record-piece.ts';
import { isPermanent, PipelineError } from '../../lib/errors/pipeline-error.ts';
import { type Hunt, type HuntedDump, type HuntMatch, type HuntMessage, huntUnit } from '../../lib/hunt/hunt.ts';
import { UNIT_MS } from '../../lib/hunt/limits.ts';
import { createFinder, type Finder } from '../../lib/hunt/pattern.ts';
import { huntedRows, scanPiece } from '../../lib/hunt/scan-piece.ts';
import { isCancelled, type UnitOutcome } from '../../lib/hunt-store/hunt-store.ts';
import type { InvocationContext } from '../../lib/lambda/sqs-event.ts';
import { readSelections } from '../../lib/records/read-selections.ts';
import { selectChunks } from '../../lib/records/select-chunks.ts';
import type { HuntDeps } from './hunt-deps.ts';
import { createMatch } from './match.ts';
import { createMeantFlows, type MeantFlows } from './meant-flows.ts';

/** Left for storing what was found. */
const MARGIN_MS = 20_000;
const MAX_REASON = 300;
/** Not worth another try: what is searched is not there any more, or is not what it says. */
const GONE: ReadonlySet<string> = new Set(['object-deleted', 'object-replaced', 'invalid-object']);

/** `cancelled`: asked anew at each chunk. */
export async function scanUnit(
  deps: HuntDeps,
  hunt: Hunt,
  { unit, before }: HuntMessage,
  { signal, remainingMs }: InvocationContext,
): Promise<UnitOutcome | 'cancelled'> {
  const { dump: number, firstChunk, chunks } = unitOf(hunt, unit);
  const dump = dumpOf(hunt, number);
  const finder = await createFinder(hunt.pattern);
  const meant = hunt.flowClauses && createMeantFlows(deps.search, dump, hunt.flowClauses, signal);
  const until = deps.clock().getTime() + Math.min(UNIT_MS, remainingMs() - MARGIN_MS);
  const totals = { ...before };
  const matches: HuntMatch[] = [];
  const isFull = () => before.matches + matches.length >= hunt.limit;

  for (let chunk = firstChunk; chunk < firstChunk + chunks && !isFull(); chunk += 1) {
    if (await isCancelled(deps.store, hunt.id)) return 'cancelled';
    for await (const piece of chunkPieces(deps, hunt, dump, chunk, signal)) {
      if (deps.clock().getTime() > until) {
        const left = firstChunk + chunks - chunk;
        totals.lost = shortened(`${dump.name}: no time for chunks ${chunk} to ${chunk + left - 1}`);
        totals.lostChunks += left;
        totals.chunks += left;
        return { totals: { ...totals, matches: before.matches + matches.length }, matches };
      }
      totals.bytes += piece.bytes.length;
      totals.records += piece.end - piece.first;
      const isMeant = meant && (await ofMeantFlows(piece, finder, meant));
      scanPiece(piece, finder, (row, start, length) => {
        if (isFull() || isMeant?.(row) === false) return;
        matches.push(createMatch(piece, number, row, start, length));
      });
      if (isFull()) break;
    }
    totals.chunks += 1;
  }
  return { totals: { ...totals, matches: before.matches + matches.length }, matches };
}

/**
 * A unit that cannot be searched is told as lost, and the hunt goes on behind it.
 * @throws the error where another try may do better.
 */
export function lostUnit(hunt: Hunt, { unit, before }: HuntMessage, error: unknown, lastReceive: boolean): UnitOutcome {
  const isGone = error instanceof PipelineError && GONE.has(error.code);
  if (!isGone && !isPermanent(error) && !lastReceive) throw error;
  const { dump, firstChunk, chunks } = unitOf(hunt, unit);
  const reason = error instanceof PipelineError ? `${error.code}: ${error.message}` : 'it could not be read';
  const lost = `${dumpOf(hunt, dump).name}, chunks ${firstChunk} to ${firstChunk + chunks - 1}: ${reason}`;
  const totals = { ...before, chunks: before.chunks + chunks, lostChunks: before.lostChunks + chunks };
  return { totals: { ...totals, lost: shortened(lost) }, matches: [] };
}

function chunkPieces(
  { store }: HuntDeps,
  { direction, flowClauses }: Hunt,
  dump: HuntedDump,
  chunk: number,
  signal: AbortSignal,
): AsyncIterable<RecordPiece> {
  const objects = { dumpId: dump.id, key: dump.key, etag: dump.etag, chunks: undefined };
  const choose = (records: RecordPiece['selection']['records']) =>
    huntedRows(records, direction, flowClauses !== undefined);
  return readSelections(store, selectChunks(store, objects, [{ chunk, choose }], signal), signal);
}

/** Whose matches are then gathered: two passes, but the index is asked of flows that have one only. */
async function ofMeantFlows(piece: RecordPiece, finder: Finder, meant: MeantFlows): Promise<(row: number) => boolean> {
  const { flow } = piece.selection.records.columns;
  const found = new Set<number>();
  scanPiece(piece, finder, (row) => found.add(flow[row] ?? -1));
  const flows = await meant(found);
  return (row) => flows.has(flow[row] ?? -1);
}

function unitOf(hunt: Hunt, unit: number) {
  const work = huntUnit(hunt, unit);
  if (work !== undefined) return work;
  throw new PipelineError('invalid-message', `hunt ${hunt.id} has no unit ${unit}`, { permanent: true });
}

function dumpOf({ id, dumps }: Hunt, number: number): HuntedDump {
  const dump = dumps[number];
  if (dump !== undefined) return dump;
  throw new PipelineError('internal', `hunt ${id} has no dump ${number}`, { permanent: true });
}

function shortened(text: string): string {
  return text.length > MAX_REASON ? `${text.slice(0, MAX_REASON - 1)}…` : text;
}
