// retention: what a stage wrote while its dump was deleted goes with the dump's tombstone.

import { describe, expect, it } from 'vitest';
import { tombstoneKey } from '../../../lib/chunk/keys.ts';
import { deleteDump } from '../../../lib/retention/delete-dump.ts';
import { sweepDeleted } from '../../../lib/retention/sweep-deleted.ts';
import { dueSweep } from '../../../lib/retention/tombstone.ts';
import { DUMP, DUMP_ID } from '../../support/analysis.ts';
import { createMemoryDumpRegister } from '../../support/memory-dump-register.ts';
import { createMemoryObjectStore } from '../../support/memory-object-store.ts';
import { createMemorySearchIndex } from '../../support/memory-search-index.ts';

const DELETED = new Date('2026-11-01T00:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STRAGGLER = `results/${DUMP_ID}/e/1/chunk-000001.ndjson.gz`;
const { signal } = new AbortController();

/** A dump that was deleted, and what an infer wrote a moment later. */
async function deletedDump() {
  const store = createMemoryObjectStore();
  const dumps = createMemoryDumpRegister();
  const search = createMemorySearchIndex();
  const others: [string, string][] = [];
  let now = DELETED;
  const deps = {
    ...{ store, dumps, clock: () => now },
    search: {
      ...search,
      deleteOtherAttempts: async (id: string, attempt: string) => {
        others.push([id, attempt]);
      },
    },
  };
  dumps.dumps.set(DUMP_ID, DUMP);
  await store.put(DUMP.key, 'x');
  await deleteDump(deps, DUMP_ID);
  dumps.dumps.delete(DUMP_ID);
  await store.put(STRAGGLER, 'x');
  search.documents.flows.set('straggler', { smartids: { dump: { id: DUMP_ID } } });
  const sweepAfter = (ms: number, dryRun = false) => {
    now = new Date(DELETED.getTime() + ms);
    return sweepDeleted(deps, { dryRun, signal });
  };
  const keys = () => [...store.objects.keys()].sort();
  return { store, dumps, search, others, keys, sweepAfter };
}

describe('a tombstone', () => {
  it('is swept once after an hour, and once more when it ends after 14 days', () => {
    const stone = { dumpId: 'a', deletedAt: DELETED.toISOString(), swept: false };
    const due = (ms: number, swept: boolean) => dueSweep({ ...stone, swept }, new Date(DELETED.getTime() + ms));
    expect([due(HOUR - 1, false), due(HOUR, false), due(13 * DAY, true), due(14 * DAY, true)]).toEqual([
      ...['none', 'first', 'none', 'last'],
    ]);
  });

  it('has the stragglers removed, and stays until it ends', async () => {
    const { keys, search, sweepAfter, store } = await deletedDump();
    expect(keys()).toEqual([tombstoneKey(DUMP_ID), STRAGGLER]);
    expect(await sweepAfter(HOUR - 1)).toBe(0);
    expect(await sweepAfter(HOUR, true)).toBe(1);
    expect(search.documents.flows.size).toBe(1);
    expect(await sweepAfter(HOUR)).toBe(1);
    expect(search.documents.flows.size).toBe(0);
    expect(keys()).toEqual([tombstoneKey(DUMP_ID)]);
    expect(await sweepAfter(2 * HOUR)).toBe(0);
    await store.put(STRAGGLER, 'redriven');
    expect(await sweepAfter(14 * DAY)).toBe(1);
    expect(keys()).toEqual([]);
  });

  it('takes no object of a dump that came again under the same key, and only the documents of others', async () => {
    const { keys, dumps, search, others, sweepAfter } = await deletedDump();
    const attempt = '0a0b0c0d-0000-4000-8000-0000000000cc';
    dumps.dumps.set(DUMP_ID, { ...DUMP, attempt });
    expect(await sweepAfter(HOUR)).toBe(1);
    expect(keys()).toEqual([tombstoneKey(DUMP_ID), STRAGGLER]);
    expect(search.documents.flows.size).toBe(1);
    expect(others).toEqual([[DUMP_ID, attempt]]);
  });

  it('that says nothing, or speaks of another dump, moves nothing', async () => {
    const { store, keys, sweepAfter } = await deletedDump();
    await store.put('derived/other/e/chunk-000000.bin', 'x');
    await store.put('deleted/strange.json', '{');
    await store.put('deleted/large.json', 'x'.repeat(5000));
    const forged = { dumpId: 'other', deletedAt: DELETED.toISOString(), swept: false };
    await store.put('deleted/forged.json', JSON.stringify(forged));
    expect(await sweepAfter(14 * DAY)).toBe(1);
    expect(keys()).toEqual([
      'deleted/forged.json',
      'deleted/large.json',
      'deleted/strange.json',
      'derived/other/e/chunk-000000.bin',
    ]);
  });
});
