// split: one analysis of one version of a dump: begun once, gone on with by every later event of the same object.

import type { Dump } from '../../lib/dump/dump.ts';
import { type AnalysisReference, finishDump } from '../../lib/dump/finish-dump.ts';
import { EMPTY_LEDGER } from '../../lib/dump/ledger.ts';
import type { ObjectHead } from '../../lib/s3/object-store.ts';
import type { SplitDeps } from './split-deps.ts';

export interface Analysis extends AnalysisReference {
  readonly key: string;
  readonly sizeBytes: number;
  readonly generation: string;
  /** When this try began. */
  readonly startedAt: Date;
}

const FIRST_RUN = 1;

/**
 * Sets the dump to `splitting` under optimistic concurrency. The attempt is minted once per version: a duplicate of the
 * event, or a try after a crash, splits again to the same objects and messages. Undefined where split has nothing to do.
 */
export async function beginAnalysis(deps: SplitDeps, dump: Dump, head: ObjectHead): Promise<Analysis | undefined> {
  const startedAt = deps.clock();
  const attempt = deps.newAttempt();
  const begun = await deps.dumps.update(dump.id, (known) =>
    isSplit(known, head.etag) ? undefined : splitting(known, head, attempt, startedAt),
  );
  if (begun?.attempt === undefined) {
    deps.log.info({ dumpId: dump.id }, 'the dump was deleted meanwhile');
    return undefined;
  }
  const { id: dumpId, key, generation, run = FIRST_RUN } = begun;
  const analysis = { dumpId, etag: head.etag, attempt: begun.attempt, run };
  if (isSplit(begun, head.etag)) {
    if (begun.state !== 'ready') await finishDump(deps, analysis);
    deps.log.info({ dumpId, state: begun.state }, 'this version was split before');
    return undefined;
  }
  return { ...analysis, key, generation, sizeBytes: head.size, startedAt };
}

/** Split's part of this version is done: the totals are there. */
export function isSplit(dump: Dump, etag: string): boolean {
  return dump.etag === etag && dump.attempt !== undefined && dump.chunks !== undefined && dump.state !== 'error';
}

/** The dump as it stands while it is split; of another version only what people gave it remains. */
function splitting(dump: Dump, head: ObjectHead, newAttempt: string, now: Date): Dump {
  const { id, bucket, key, name, details, fileName, createdAt, generation } = dump;
  const isSameVersion = dump.etag === head.etag && dump.attempt !== undefined;
  return {
    id,
    bucket,
    key,
    name,
    details,
    fileName,
    createdAt,
    updatedAt: now.toISOString(),
    state: 'splitting',
    etag: head.etag,
    sizeBytes: head.size,
    attempt: isSameVersion ? (dump.attempt ?? newAttempt) : newAttempt,
    run: isSameVersion ? (dump.run ?? FIRST_RUN) : FIRST_RUN,
    generation,
    // The run goes on with the models that it was scored with.
    ...(isSameVersion && dump.models !== undefined && { models: dump.models }),
    ledger: { ...EMPTY_LEDGER, superseded: dump.ledger.superseded },
    linktypes: [],
  };
}
