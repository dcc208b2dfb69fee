// retention: which dumps go: those past their age, then the oldest of the rest until what is left has room.

import type { Dump } from '../dump/dump.ts';

export interface RetentionPolicy {
  /** Older dumps go; absent: none for its age. */
  readonly maxAgeDays?: number | undefined;
  /** What all dumps' objects may have together; absent: any. */
  readonly maxBytes?: number | undefined;
}

export interface Expiry {
  readonly dump: Dump;
  readonly reason: 'age' | 'size';
}

export interface RetentionPlan {
  /** The oldest first. */
  readonly expired: readonly Expiry[];
  readonly kept: number;
  readonly keptBytes: number;
}

export const DAY_MS = 86_400_000;

/** A dump at work is not cut short for room: only its age removes it. */
function isDone({ state }: Dump): boolean {
  return state === 'ready' || state === 'error';
}

/** A dump is as old as its last analysis: what is under its key may have been replaced yesterday. */
export function lastAnalysedMs({ createdAt, finishedAt }: Dump): number {
  return Math.max(Date.parse(createdAt), finishedAt === undefined ? 0 : Date.parse(finishedAt));
}

export function planRetention(dumps: readonly Dump[], policy: RetentionPolicy, now: Date): RetentionPlan {
  const { maxAgeDays = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = policy;
  const oldestFirst = dumps.toSorted((a, b) => lastAnalysedMs(a) - lastAnalysedMs(b) || (a.id < b.id ? -1 : 1));
  const expired: Expiry[] = [];
  let kept = 0;
  let keptBytes = oldestFirst.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  const goes = (dump: Dump, reason: Expiry['reason']) => {
    expired.push({ dump, reason });
    keptBytes -= dump.sizeBytes ?? 0;
  };
  const inAge: Dump[] = [];
  for (const dump of oldestFirst) {
    if (now.getTime() - lastAnalysedMs(dump) > maxAgeDays * DAY_MS) goes(dump, 'age');
    else inAge.push(dump);
  }
  for (const dump of inAge) {
    if (keptBytes > maxBytes && isDone(dump) && (dump.sizeBytes ?? 0) > 0) goes(dump, 'size');
    else kept += 1;
  }
  return { expired, kept, keptBytes };
}
