// support: dumps and progress in memory, with the register's own rules (create once, real-time reads).

import type { Dump } from '../../lib/dump/dump.ts';
import type { DumpRegister } from '../../lib/dump/dump-register.ts';
import { type Progress, progressId } from '../../lib/dump/progress.ts';

export interface MemoryDumpRegister extends DumpRegister {
  readonly dumps: Map<string, Dump>;
  readonly progress: Map<string, Progress>;
}

export function createMemoryDumpRegister(): MemoryDumpRegister {
  const dumps = new Map<string, Dump>();
  const progress = new Map<string, Progress>();
  const of = (dumpId: string, etag: string, attempt: string, run: number) =>
    [...progress.values()].filter(
      (one) => one.dumpId === dumpId && one.etag === etag && one.attempt === attempt && one.run === run,
    );
  return {
    dumps,
    progress,
    async get(dumpId) {
      return dumps.get(dumpId);
    },
    async create(dump) {
      if (dumps.has(dump.id)) return 'exists';
      dumps.set(dump.id, dump);
      return 'created';
    },
    async update(dumpId, change) {
      const dump = dumps.get(dumpId);
      const changed = dump === undefined ? undefined : change(dump);
      if (changed !== undefined) dumps.set(dumpId, changed);
      return changed ?? dump;
    },
    async writeProgress(one) {
      progress.set(progressId(one), one);
    },
    async countProgress(dumpId, etag, attempt, run) {
      const all = of(dumpId, etag, attempt, run);
      const inferred = all.filter((one) => one.stage === 'inferred');
      const lost = inferred.filter(({ gap }) => gap !== undefined).length;
      return { inferred: inferred.length, lost, indexed: all.length - inferred.length };
    },
    async listProgress(dumpId, etag, attempt, run) {
      return of(dumpId, etag, attempt, run);
    },
  };
}
