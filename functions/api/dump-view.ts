// api: a dump as it stands this moment: state and ledger from its document plus its chunks' progress.

import type { Dump, DumpState } from '../../lib/dump/dump.ts';
import type { DumpRegister } from '../../lib/dump/dump-register.ts';
import { addLedgers, EMPTY_LEDGER, type Ledger } from '../../lib/dump/ledger.ts';
import type { Progress } from '../../lib/dump/progress.ts';
import { currentRun } from '../../lib/dump/rescoring.ts';
import type { DumpView } from './schema/dump-schema.ts';

export interface ChunkCounts {
  readonly inferred: number;
  readonly indexed: number;
}

/** Progress documents that a look at a dump reads; in a larger dump the chunks' part of the ledger comes with `ready`. */
const MAX_LIVE_PROGRESS = 2000;

const NO_CHUNKS: ChunkCounts = { inferred: 0, indexed: 0 };

/** What the document may say while chunks are under way; which of the three is true, their progress says. */
export const WORKING_STATES = ['splitting', 'inferring', 'indexing'] as const satisfies readonly DumpState[];

/** `inferring` and `indexing` are counted, once split has the totals; nobody keeps the document's word up to date. */
export function liveState(dump: Dump, counts: ChunkCounts): DumpState {
  if (!isWorking(dump.state) || dump.chunks === undefined) return dump.state;
  if (counts.inferred < dump.chunks) return 'inferring';
  return counts.indexed < dump.chunks ? 'indexing' : 'alerting';
}

export function isWorking(state: DumpState): boolean {
  return (WORKING_STATES as readonly DumpState[]).includes(state);
}

/** With counts only: for lists, where the chunks' own words would be too much. */
export async function listedDump(dump: Dump, dumps: DumpRegister): Promise<DumpView> {
  const counts = await chunkCounts(dump, dumps);
  return { ...dumpView(dump, counts, dump.ledger), ...(await rescoringView(dump, dumps)) };
}

/** How far a run is that is not the dump's yet: its chunks' progress counts here alone. */
async function rescoringView({ id, etag, attempt, rescoring }: Dump, dumps: DumpRegister) {
  if (rescoring === undefined || etag === undefined || attempt === undefined) return {};
  const { inferred, lost } = await dumps.countProgress(id, etag, attempt, rescoring.run);
  return { rescoring: { ...rescoring, inferred: inferred - lost } };
}

/** With the ledger so far: split's part and what each chunk has said; the alert stage writes their sum with `ready`. */
export async function liveDump(dump: Dump, dumps: DumpRegister): Promise<DumpView> {
  const isUnfinished = isWorking(dump.state) || dump.state === 'alerting';
  if (!isUnfinished || dump.etag === undefined || dump.attempt === undefined) return listedDump(dump, dumps);
  const counts = await dumps.countProgress(dump.id, dump.etag, dump.attempt, currentRun(dump));
  if (counts.inferred + counts.indexed > MAX_LIVE_PROGRESS) return dumpView(dump, counts, dump.ledger);
  const progress = await dumps.listProgress(dump.id, dump.etag, dump.attempt, currentRun(dump));
  return dumpView(dump, counts, progress.map(ledgerOf).reduce(addLedgers, dump.ledger));
}

async function chunkCounts(dump: Dump, dumps: DumpRegister): Promise<ChunkCounts> {
  if (dump.state === 'ready' || dump.state === 'alerting') {
    const chunks = dump.chunks ?? 0;
    return { inferred: chunks, indexed: chunks };
  }
  if (dump.etag === undefined || dump.attempt === undefined) return NO_CHUNKS;
  return dumps.countProgress(dump.id, dump.etag, dump.attempt, currentRun(dump));
}

function ledgerOf(progress: Progress): Ledger {
  const { scored, notScored, detections, gap, stage, chunk, seconds } = progress;
  return {
    ...EMPTY_LEDGER,
    scored,
    notScored,
    detections,
    gaps: gap === undefined ? [] : [{ ...gap, chunk }],
    secondsByStage: { [stage === 'inferred' ? 'infer' : 'index']: seconds },
  };
}

function rescoredView({ promotedBy: _, ...rescored }: NonNullable<Dump['rescored']>) {
  return rescored;
}

function dumpView(dump: Dump, counts: ChunkCounts, ledger: Ledger): DumpView {
  const { id, name, details, fileName, bucket, key, createdAt, updatedAt, linktypes } = dump;
  const { error, finishedAt, etag, sizeBytes, firstSeen, lastSeen, alerts, chunks, models, rescored } = dump;
  return {
    id,
    name,
    details,
    fileName,
    bucket,
    key,
    state: liveState(dump, counts),
    createdAt,
    updatedAt,
    progress: { inferred: counts.inferred, indexed: counts.indexed, ...(chunks !== undefined && { chunks }) },
    ledger: { ...ledger, gaps: ledger.gaps.map((gap) => ({ ...gap })) },
    linktypes: [...linktypes],
    run: currentRun(dump),
    ...(error && { error }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(etag !== undefined && { etag }),
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(firstSeen !== undefined && { firstSeen }),
    ...(lastSeen !== undefined && { lastSeen }),
    ...(alerts !== undefined && { alerts }),
    ...(models && { models }),
    ...(rescored && { rescored: rescoredView(rescored) }),
  };
}
