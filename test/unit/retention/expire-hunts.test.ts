// retention: hunts go with their dumps.

import { describe, expect, it } from 'vitest';
import { HUNT_VERSION, type Hunt, huntSchema } from '../../../lib/hunt/hunt.ts';
import { huntJobKey, huntMatchesKey, huntUnitKey } from '../../../lib/hunt/hunt-keys.ts';
import { expireHunts } from '../../../lib/retention/expire-hunts.ts';
import { createMemoryObjectStore } from '../../support/memory-object-store.ts';

const NOW = new Date('2026-11-23T06:00:00Z');
const DAY = 86_400_000;
const { signal } = new AbortController();
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

async function hunted(hunts: readonly { readonly ageMs: number; readonly dumps: readonly number[] }[]) {
  const store = createMemoryObjectStore();
  for (const [n, { ageMs, dumps }] of hunts.entries()) {
    const hunt: Hunt = huntSchema.parse({
      ...{ version: HUNT_VERSION, id: idOf(n), createdAt: new Date(NOW.getTime() - ageMs).toISOString() },
      ...{ kind: 'dumps', pattern: { kind: 'text', value: 'secret' }, direction: 'both', limit: 10, notReady: 0 },
      dumps: dumps.map((dump) => ({
        ...{ id: idOf(dump), key: 'dumps/a', etag: 'e', name: 'a', firstChunk: 0, chunks: 1 },
      })),
    });
    await store.put(huntJobKey(hunt.id), JSON.stringify(hunt));
    for (const key of [huntUnitKey(hunt.id, 0), huntMatchesKey(hunt.id, 0)]) await store.put(key, '{}');
  }
  const deps = { store, policy: { maxAgeDays: 30 }, clock: () => NOW };
  const present = new Set([7, 8].map(idOf));
  return { store, expire: (dryRun = false) => expireHunts(deps, present, { dryRun, signal }) };
}

describe('a hunt', () => {
  it('stays while it is young and its dumps are there', async () => {
    const { store, expire } = await hunted([{ ageMs: 29 * DAY, dumps: [7, 8] }]);
    expect(await expire()).toEqual([]);
    expect(store.objects.size).toBe(3);
  });

  it('goes with what it found when one of its dumps is gone, or when it is as old as a dump may be', async () => {
    const { store, expire } = await hunted([
      { ageMs: DAY, dumps: [7, 9] },
      { ageMs: 31 * DAY, dumps: [7] },
      { ageMs: DAY, dumps: [8] },
    ]);
    expect(await expire(true)).toEqual([idOf(0), idOf(1)]);
    expect(store.objects.size).toBe(9);
    expect(await expire()).toEqual([idOf(0), idOf(1)]);
    expect([...store.objects.keys()].every((key) => key.includes(idOf(2)))).toBe(true);
    expect(store.objects.size).toBe(3);
  });

  it('that began a moment ago is left alone: its dump may have come since dumps were listed', async () => {
    const { expire } = await hunted([{ ageMs: 1000, dumps: [9] }]);
    expect(await expire()).toEqual([]);
  });

  it('that does not read is left alone', async () => {
    const { store, expire } = await hunted([]);
    await store.put(huntJobKey(idOf(1)), '{"version": 99}');
    await expect(expire()).resolves.toEqual([]);
    expect(store.objects.size).toBe(1);
  });
});
