// infer: what a rescore says differently of a chunk's own flows than the run before it.

import { resultKey } from '../../lib/chunk/keys.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import { NORMAL } from '../../lib/detection/labels.ts';
import { type Comparison, EMPTY_COMPARISON } from '../../lib/dump/rescoring.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { readLines } from '../../lib/s3/read-lines.ts';
import { knownFlow, type ScoredFlow } from './known-flow.ts';

export interface RunComparison {
  /** `packetLabel`: the packet model's word, where it has one. */
  add(record: number, verdict: Omit<ScoredFlow, 'packetLabel'>, packetLabel?: string): void;
  finish(): Comparison;
}

export interface ModelNames {
  readonly flow: string;
  readonly packet: string;
}

const NOTHING = 'not scored';

/**
 * One entry a flow is in memory, of the chunk's own flows: as many as it has records at most. Where the results of the run
 * before are not there, every flow is counted as missing.
 */
export async function compareWithRun(
  store: ObjectStore,
  { dumpId, etag, chunk }: ChunkMessage,
  run: number,
  models: ModelNames,
  signal: AbortSignal,
): Promise<RunComparison> {
  const before = await readVerdicts(store, resultKey(dumpId, etag, run, chunk), signal);
  const changes: Record<string, number> = {};
  let [compared, changed, missing] = [0, 0, 0];

  function count(model: string, from: string, to: string): boolean {
    if (from === to) return false;
    const key = `${model}: ${from} → ${to}`;
    changes[key] = (changes[key] ?? 0) + 1;
    return true;
  }

  return {
    add: (record, verdict, packetLabel) => {
      const old = before.get(record);
      if (old === undefined) {
        missing += 1;
        return;
      }
      compared += 1;
      const flowChanged = count(models.flow, old.verdict, verdictName(verdict));
      const packetChanged = count(models.packet, old.packetLabel, packetLabel ?? NOTHING);
      if (flowChanged || packetChanged) changed += 1;
    },
    finish: () => ({ compared, changed, missing, changes }),
  };
}

/** Where there is no run to compare with. */
export const NO_COMPARISON: RunComparison = { add: () => {}, finish: () => EMPTY_COMPARISON };

interface OldVerdict {
  readonly verdict: string;
  readonly packetLabel: string;
}

async function readVerdicts(store: ObjectStore, key: string, signal: AbortSignal) {
  const verdicts = new Map<number, OldVerdict>();
  // Few distinct ones: each is kept once, however many flows have it.
  const distinct = new Map<string, OldVerdict>();
  try {
    const { size, etag } = await store.head(key, { signal });
    for await (const line of readLines(store.read(key, { etag, size, signal }))) {
      const flow = knownFlow(line);
      if (flow === undefined) continue;
      const old: OldVerdict = { verdict: verdictName(flow), packetLabel: flow.packetLabel ?? NOTHING };
      const name = JSON.stringify(old);
      const known = distinct.get(name) ?? old;
      distinct.set(name, known);
      verdicts.set(flow.record, known);
    }
  } catch (error) {
    // Gone, or no results object of ours: nothing that a rescore should fail over.
    const isUnreadable = error instanceof PipelineError && ['object-deleted', 'invalid-object'].includes(error.code);
    if (!isUnreadable) throw error;
    return new Map<number, OldVerdict>();
  }
  return verdicts;
}

/** A label below its threshold is no detection: another verdict than the same label above it. */
function verdictName({ label, detection }: Omit<ScoredFlow, 'packetLabel'>): string {
  if (label === undefined) return NOTHING;
  return detection === true || label === NORMAL ? label : `${label} below its threshold`;
}
