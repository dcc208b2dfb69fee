// retention: what a run does where the register does not say what it expects.

import { describe, expect, it } from 'vitest';
import { dumpDocument } from '../../../lib/document/dump-document.ts';
import type { Dump } from '../../../lib/dump/dump.ts';
import { type ExpireDeps, expireDumps } from '../../../lib/retention/expire-dumps.ts';
import { DUMP } from '../../support/analysis.ts';
import { createMemoryDumpRegister } from '../../support/memory-dump-register.ts';
import { createMemoryObjectStore } from '../../support/memory-object-store.ts';
import { createMemorySearchIndex } from '../../support/memory-search-index.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

const NOW = new Date('2026-11-23T06:00:00Z');
const { signal } = new AbortController();

function world(dumps: readonly Dump[], policy: Partial<ExpireDeps['policy']> = {}) {
  const search = createMemorySearchIndex();
  const register = createMemoryDumpRegister();
  const store = createMemoryObjectStore();
  const dropped: string[] = [];
  for (const dump of dumps) {
    search.documents.dumps.set(dump.id, JSON.parse(JSON.stringify(dumpDocument(dump))));
    register.dumps.set(dump.id, dump);
  }
  const week = { documents: 5, createdAt: new Date(NOW.getTime() - 7 * 86_400_000) };
  const deps: ExpireDeps = {
    ...{ store, dumps: register, log: createRecordingLog(), clock: () => NOW },
    search: { ...search, deleteOtherAttempts: async () => {} },
    generations: {
      list: async () => [
        { name: '000001', ...week },
        { name: '000002', ...week },
      ],
      begin: async () => {},
      drop: async (name) => {
        dropped.push(name);
      },
    },
    policy: { maxAgeDays: 30, generations: { maxDocuments: 100 }, ...policy },
  };
  return { deps, search, register, store, dropped };
}

function old(id: string, over: Partial<Dump> = {}): Dump {
  return {
    ...DUMP,
    id,
    key: `dumps/${id}.pcap`,
    createdAt: '2026-01-01T00:00:00.000Z',
    state: 'ready',
    sizeBytes: 1,
    ...over,
  };
}

describe('an expiry run', () => {
  it('removes objects and documents, and indexes that no dump is left in', async () => {
    const { deps, search, store, dropped } = world([old('a')]);
    for (const key of ['dumps/a.pcap', 'derived/a/e/chunk-0.bin', 'results/a/e/1/chunk-0.ndjson.gz', 'dumps/b.pcap']) {
      await store.put(key, 'x');
    }
    search.documents.flows.set('a.e.f0', { smartids: { dump: { id: 'a' } } });
    const report = await expireDumps(deps, { dryRun: false, signal });
    expect(report).toMatchObject({ expired: [{ id: 'a', reason: 'age' }], left: 0, droppedGenerations: ['000001'] });
    expect([...store.objects.keys()].sort()).toEqual(['deleted/a.json', 'dumps/b.pcap']);
    expect(search.documents.dumps.size + search.documents.flows.size).toBe(0);
    expect(dropped).toEqual(['000001']);
  });

  it('changes nothing when it is dry, and says the same', async () => {
    const { deps, search, dropped } = world([old('a')]);
    const dry = await expireDumps(deps, { dryRun: true, signal });
    expect(search.documents.dumps.size).toBe(1);
    expect(dropped).toEqual([]);
    expect(await expireDumps(deps, { dryRun: false, signal })).toEqual({ ...dry, dryRun: false });
  });

  it('keeps a dump whose document it does not understand, and every generation, since it may name any', async () => {
    const { deps, search, dropped } = world([old('dump-1')]);
    search.documents.dumps.set('strange', { smartids: { dump: { id: 'strange', state: 'pickled' } } });
    expect(await expireDumps(deps, { dryRun: false, signal })).toMatchObject({ expired: [{ id: 'dump-1' }] });
    expect([...search.documents.dumps.keys()]).toEqual(['strange']);
    expect(dropped).toEqual([]);
  });

  it('leaves a dump that began another analysis since it was listed', async () => {
    const { deps, register, search } = world([old('a')]);
    register.dumps.set('a', old('a', { attempt: '0a0b0c0d-0000-4000-8000-0000000000bb' }));
    expect(await expireDumps(deps, { dryRun: false, signal })).toMatchObject({ expired: [], droppedGenerations: [] });
    expect(search.documents.dumps.size).toBe(1);
  });

  it('removes a hundred at a time, the oldest first', async () => {
    const many = Array.from({ length: 130 }, (_, i) =>
      old(`d${String(i).padStart(3, '0')}`, { createdAt: new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString() }),
    );
    const { deps, search } = world(many.toReversed());
    const report = await expireDumps(deps, { dryRun: false, signal });
    expect([report.expired[0]?.id, report.expired.at(-1)?.id, report.left]).toEqual(['d000', 'd099', 30]);
    expect(search.documents.dumps.size).toBe(30);
    expect(await expireDumps(deps, { dryRun: false, signal })).toMatchObject({ left: 0, kept: 0 });
  });

  it('stops where it is told to', async () => {
    const { deps, search } = world([old('a')]);
    await expect(expireDumps(deps, { dryRun: false, signal: AbortSignal.abort() })).rejects.toThrow();
    expect(search.documents.dumps.size).toBe(1);
  });
});
