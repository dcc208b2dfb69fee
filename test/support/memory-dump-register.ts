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
  const of = (dumpId: string, etag: string, attempt: string) =>
    [...progress.values()].filter((one) => one.dumpId === dumpId && one.etag === etag && one.attempt === attempt);
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
    async countProgress(dumpId, etag, attempt) {
      const count = (stage: string) => of(dumpId, etag, attempt).filter((one) => one.stage === stage).length;
      return { inferred: count('inferred'), indexed: count('indexed') };
    },
    async listProgress(dumpId, etag, attempt) {
      return of(dumpId, etag, attempt);
    },
  };
}
