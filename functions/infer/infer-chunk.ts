// infer: one chunk: its flows scored, documented and grouped, its results written, its progress said.

import { gzipSync } from 'node:zlib';
import type { GroupsObject } from '../../lib/alert/alert-group.ts';
import { createGroupBuilder } from '../../lib/alert/group-builder.ts';
import { groupsKey, resultKey } from '../../lib/chunk/keys.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import type { DocumentContext } from '../../lib/document/document-context.ts';
import { flowDocument } from '../../lib/document/flow-document.ts';
import type { Dump } from '../../lib/dump/dump.ts';
import { modelsOfRun, previousRun } from '../../lib/dump/rescoring.ts';
import { readFlowRows, readManifest } from './chunk-flows.ts';
import { compareWithRun, NO_COMPARISON } from './compare-runs.ts';
import type { InferDeps } from './infer-deps.ts';
import { type ChunkOutcome, gapProgress, inferredProgress, PACKET_MODEL } from './infer-outcome.ts';
import { packetDocuments } from './packet-documents.ts';
import type { AbsentPacketModel, PacketModel } from './packet-models.ts';
import { createPacketScoring } from './packet-scoring.ts';
import { createPacketSelector } from './packet-selection.ts';
import { createResultLines } from './result-lines.ts';
import { scoreFlows } from './score-flows.ts';

export interface InferOptions {
  readonly signal: AbortSignal;
  /** Milliseconds left to the function. */
  readonly remainingMs: () => number;
  /** No other try of this chunk follows. */
  readonly isLastTry: boolean;
}

/** Share of the function's time that is kept for everything but the packet model. */
const RESERVED_SHARE = 0.25;

/**
 * Everything is written under names that depend on the message alone, the groups before the results object whose event
 * index waits for, the progress last: dying anywhere and repeating is harmless.
 */
export async function inferChunk(
  deps: InferDeps,
  message: ChunkMessage,
  dump: Dump,
  { signal, remainingMs, isLastTry }: InferOptions,
): Promise<ChunkOutcome> {
  const { store } = deps;
  const startedAt = deps.clock();
  const context = documentContext(message, dump, startedAt);
  const asked = modelsOfRun(dump, message.run);
  const flowModel = deps.flowModels(asked.flow);
  const manifest = await readManifest(store, message, signal);
  const lines = createResultLines();
  const groups = createGroupBuilder(deps.anomalyAlerts);
  const packets = createPacketSelector(deps.packetDocuments);
  const packetModel = deps.packetModels(asked.packet);
  const packetMs = Math.min(deps.packetBudget.seconds * 1000, remainingMs() * (1 - RESERVED_SHARE));
  const untilMs = startedAt.getTime() + packetMs;
  const packetScoring = createPacketScoring(deps, packetModel, {
    ...{ message, manifest, untilMs, signal },
    // Who asks for a model by name wants to know that it could not score.
    mayLeaveOut: asked.packet !== undefined ? 'never' : isLastTry ? 'any' : 'mismatch',
  });
  const before = previousRun(dump, message.run);
  const models = { flow: flowModel.metadata.model, packet: nameOf(packetModel) };
  const comparison =
    before === undefined ? NO_COMPARISON : await compareWithRun(store, message, before, models, signal);
  const detections: Record<string, number> = {};
  let ownFlows = 0;
  let unexplained = 0;

  for await (const rows of readFlowRows(store, manifest, signal)) {
    // The chunk that holds a flow's first record speaks for it; in every other it only labels packets.
    const isOwn = (row: number): boolean => rows.columns.firstChunk[row] === message.chunk;
    for await (const { from, verdicts, ...scored } of scoreFlows(deps, flowModel, rows, { isOwn, signal })) {
      unexplained += scored.unexplained;
      const packetVerdicts = await packetScoring.score(rows, from, verdicts);
      for (const [k, verdict] of verdicts.entries()) {
        const row = from + k;
        packets.add(rows, row, verdict);
        if (!isOwn(row)) continue;
        ownFlows += 1;
        if (verdict.detection) detections[verdict.label] = (detections[verdict.label] ?? 0) + 1;
        const packetVerdict = packetVerdicts.get(row);
        groups.add(rows, row, verdict, packetVerdict?.verdict);
        comparison.add(rows.columns.record[row] ?? -1, verdict, packetVerdict?.verdict?.label);
        await lines.write(flowDocument(rows, row, context, verdict, packetVerdict));
      }
      signal.throwIfAborted();
    }
  }
  for await (const document of packetDocuments(store, message, manifest, packets.selection, context, signal)) {
    await lines.write(document);
  }

  const scored = { flowModel: models.flow, packetModel: models.packet };
  const changes = before === undefined ? {} : { comparison: comparison.finish() };
  const packetTally = packetScoring.tally();
  const documents = lines.documents();
  const outcome = { ownFlows, detections, unexplained, documents, packets: packetTally, ...changes };
  await putGroups(deps, message, groups.finish(), signal);
  await putResults(deps, message, await lines.finish(), signal);
  const seconds = (deps.clock().getTime() - startedAt.getTime()) / 1000;
  await deps.dumps.writeProgress(inferredProgress(message, scored, outcome, seconds));
  return outcome;
}

function nameOf(model: PacketModel | AbsentPacketModel): string {
  return typeof model === 'string' ? PACKET_MODEL : model.metadata.model;
}

/**
 * What stands for a chunk without results: no groups, no documents, a gap in the progress. The empty results object
 * lets index count the chunk, so that its dump can finish.
 */
export async function writeGap(deps: InferDeps, message: ChunkMessage, reason: string): Promise<void> {
  await deps.dumps.writeProgress(gapProgress(message, reason));
  await putGroups(deps, message, { groups: [], dropped: 0 });
  await putResults(deps, message, await createResultLines().finish());
}

function documentContext(message: ChunkMessage, dump: Dump, now: Date): DocumentContext {
  const { dumpId, etag, attempt, run } = message;
  return { dumpId, etag, attempt, run, dumpName: dump.name, ingested: now.toISOString() };
}

async function putGroups(
  { store }: InferDeps,
  { dumpId, etag, attempt, run, chunk }: ChunkMessage,
  groups: Pick<GroupsObject, 'groups' | 'dropped'>,
  signal?: AbortSignal,
): Promise<void> {
  const body: GroupsObject = { version: 1, dumpId, etag, attempt, run, chunk, ...groups };
  const options = { contentType: 'application/gzip', ...(signal === undefined ? {} : { signal }) };
  await store.put(groupsKey(dumpId, etag, run, chunk), gzipSync(JSON.stringify(body)), options);
}

async function putResults(
  { store }: InferDeps,
  { dumpId, etag, run, chunk }: ChunkMessage,
  body: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const options = { contentType: 'application/gzip', ...(signal === undefined ? {} : { signal }) };
  await store.put(resultKey(dumpId, etag, run, chunk), body, options);
}
