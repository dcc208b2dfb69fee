// index: one chunk's results object: its documents into the dump's indexes, then word of it.

import { type ResultObject, resultKey } from '../../lib/chunk/keys.ts';
import type { Dump } from '../../lib/dump/dump.ts';
import { finishDump } from '../../lib/dump/finish-dump.ts';
import { currentRun } from '../../lib/dump/rescoring.ts';
import { isPermanent, PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { BulkDocument } from '../../lib/opensearch/bulk-batches.ts';
import { readLines } from '../../lib/s3/read-lines.ts';
import { type ChunkReference, chunkBytes, indexedProgress } from './chunk-gap.ts';
import type { IndexDeps } from './index-deps.ts';
import { type RouteTarget, routeLine } from './route-line.ts';

export interface IndexOptions {
  readonly lastReceive: boolean;
  readonly signal: AbortSignal;
}

/** Reason of the gap that stands while the last allowed try runs. */
const LAST_TRY = 'index: the last try did not end';

/** The dump, if these results are of its present version and scoring; otherwise the message is only acknowledged. */
async function currentDump(deps: IndexDeps, result: ResultObject): Promise<(Dump & { attempt: string }) | undefined> {
  const { dumpId, etag, run, chunk } = result;
  const dump = await deps.dumps.get(dumpId);
  if (dump?.attempt === undefined) {
    deps.log.info({ dumpId, chunk }, 'results of a deleted dump');
    return undefined;
  }
  if (dump.etag === etag && run > currentRun(dump)) {
    // The run's chunks are sent again when it is promoted.
    deps.log.info({ dumpId, chunk, run }, 'results of a run that is not whole yet');
    return undefined;
  }
  if (dump.etag !== etag || currentRun(dump) !== run) {
    deps.log.info({ dumpId, chunk, etag, run }, 'results superseded');
    await deps.dumps.update(dumpId, (known) => ({
      ...known,
      ledger: { ...known.ledger, superseded: known.ledger.superseded + 1 },
    }));
    return undefined;
  }
  return { ...dump, attempt: dump.attempt };
}

async function* routeLines(lines: AsyncIterable<string>, target: RouteTarget): AsyncGenerator<BulkDocument> {
  let lineNumber = 0;
  for await (const line of lines) {
    lineNumber += 1;
    yield routeLine(line, lineNumber, target);
  }
}

/** Write all documents of the object; resolves to how many, and why some were refused for good. */
async function writeObject(deps: IndexDeps, result: ResultObject, target: RouteTarget, signal: AbortSignal) {
  const key = resultKey(result.dumpId, result.etag, result.run, result.chunk);
  const { size, etag } = await deps.store.head(key, { signal });
  const lines = readLines(deps.store.read(key, { etag, size, signal }));
  const outcome = await deps.writeDocuments(routeLines(lines, target), { signal });
  if (outcome.superseded > 0) {
    // The run is the dump's present one, so nothing newer stands there: the index remembers deletions until it is refreshed.
    throw new PipelineError('conflict', `${key}: ${outcome.superseded} documents met newer versions`, {
      permanent: false,
    });
  }
  return outcome;
}

async function writeGap(deps: IndexDeps, chunk: ChunkReference, reason: string): Promise<void> {
  const bytes = await chunkBytes(deps.store, chunk);
  await deps.dumps.writeProgress(indexedProgress(chunk, { documents: 0, seconds: 0, gap: { ...bytes, reason } }));
  await finishDump(deps, chunk);
}

export async function indexChunk(deps: IndexDeps, result: ResultObject, options: IndexOptions): Promise<void> {
  const dump = await currentDump(deps, result);
  if (dump === undefined) return;
  const chunk: ChunkReference = { ...result, attempt: dump.attempt };
  const started = deps.clock().getTime();
  if (options.lastReceive) await writeGap(deps, chunk, LAST_TRY);
  try {
    const outcome = await writeObject(deps, result, { ...chunk, generation: dump.generation }, options.signal);
    const seconds = (deps.clock().getTime() - started) / 1000;
    const [example] = outcome.examples;
    const gap = example && {
      ...(await chunkBytes(deps.store, chunk)),
      reason: `index: ${outcome.refused} documents refused: ${example.reason}`,
    };
    await deps.dumps.writeProgress(
      indexedProgress(chunk, { documents: outcome.indexed, seconds, ...(gap !== undefined && { gap }) }),
    );
    await finishDump(deps, chunk);
    deps.log.info({ dumpId: chunk.dumpId, chunk: chunk.chunk, ...outcome, seconds }, 'chunk indexed');
  } catch (error) {
    const isOfOtherAnalysis = error instanceof PipelineError && error.code === 'object-replaced';
    if (!isOfOtherAnalysis && (options.lastReceive || isPermanent(error))) {
      await writeGap(deps, chunk, `index: ${error instanceof Error ? error.message : String(error)}`);
    }
    throw error;
  }
}
