// infer: chunk messages in, results objects out: manifest, rows, features, flow_net, verdicts, documents, groups.

import { type ChunkMessage, chunkMessageSchema } from '../../lib/chunk/message.ts';
import type { Dump } from '../../lib/dump/dump.ts';
import { hasRun, isWholeRun, LAST_TRY_RUNS } from '../../lib/dump/rescoring.ts';
import { isPermanent, PipelineError } from '../../lib/errors/pipeline-error.ts';
import { parseBody } from '../../lib/lambda/parse-body.ts';
import { runBatch } from '../../lib/lambda/run-batch.ts';
import type { InvocationContext, SqsBatchResponse, SqsRecord } from '../../lib/lambda/sqs-event.ts';
import { inferChunk, writeGap } from './infer-chunk.ts';
import type { InferDeps } from './infer-deps.ts';
import { chunkLost, chunkWritten } from './rescore-outcome.ts';

export type InferHandler = (event: unknown, context: InvocationContext) => Promise<SqsBatchResponse>;

export function createInferHandler(deps: InferDeps): InferHandler {
  return (event, context) =>
    runBatch(event, context, deps.log, (record, { lastReceive }) => receive(deps, record, lastReceive, context));
}

async function receive(
  deps: InferDeps,
  record: SqsRecord,
  isLastTry: boolean,
  context: InvocationContext,
): Promise<void> {
  const { signal, remainingMs } = context;
  const message = parseBody(record.body, chunkMessageSchema, 'chunk message');
  const log = deps.log.child({ dumpId: message.dumpId, chunk: message.chunk, run: message.run });
  const dump = await currentDump(deps, message);
  if (dump === undefined) {
    log.info({ attempt: message.attempt }, 'superseded: the dump was deleted or replaced');
    return;
  }
  // Scored before, by a message that came twice or died behind the last step.
  if (isWholeRun(dump, message.run)) return chunkWritten(deps, message);
  if (isLastTry) {
    await writeGap(deps, message, LAST_TRY_RUNS);
    await chunkWritten(deps, message);
  }
  try {
    const outcome = await inferChunk({ ...deps, log }, message, dump, { signal, remainingMs, isLastTry });
    log.info({ ...outcome }, 'chunk inferred');
  } catch (error) {
    if (isGone(error) && (await currentDump(deps, message)) === undefined) {
      log.info({ attempt: message.attempt }, 'superseded: the dump was deleted or replaced meanwhile');
      return;
    }
    if (isLastTry || isPermanent(error)) {
      await writeGap(deps, message, reasonOf(error));
      await chunkLost(deps, message, reasonOf(error));
    }
    throw error;
  }
  await chunkWritten(deps, message);
}

/** The dump this message belongs to, unless it was deleted, replaced, or a later run has taken this one's place. */
async function currentDump(deps: InferDeps, message: ChunkMessage): Promise<Dump | undefined> {
  const dump = await deps.dumps.get(message.dumpId);
  const isCurrent =
    dump !== undefined && dump.attempt === message.attempt && dump.etag === message.etag && hasRun(dump, message.run);
  return isCurrent ? dump : undefined;
}

function isGone(error: unknown): boolean {
  return error instanceof PipelineError && (error.code === 'object-deleted' || error.code === 'object-replaced');
}

function reasonOf(error: unknown): string {
  return error instanceof PipelineError ? `${error.code}: ${error.message}` : 'internal error';
}
