// retention: which dumps go, and in which order.

import { describe, expect, it } from 'vitest';
import type { Dump } from '../../../lib/dump/dump.ts';
import { planRetention, type RetentionPolicy } from '../../../lib/retention/retention-plan.ts';
import { DUMP } from '../../support/analysis.ts';

const NOW = new Date('2026-11-23T06:00:00Z');
const DAY = 86_400_000;

function dump(id: string, daysOld: number, over: Partial<Dump> = {}): Dump {
  const createdAt = new Date(NOW.getTime() - daysOld * DAY).toISOString();
  return { ...DUMP, id, createdAt, state: 'ready', sizeBytes: 100, ...over };
}

function plan(dumps: readonly Dump[], policy: RetentionPolicy) {
  const { expired, ...rest } = planRetention(dumps, policy, NOW);
  return { expired: expired.map(({ dump: { id }, reason }) => `${id} ${reason}`), ...rest };
}

describe('retention', () => {
  const dumps = [dump('new', 1), dump('old', 40), dump('middle', 20)];

  it('keeps everything where nothing is said', () => {
    expect(plan(dumps, {})).toEqual({ expired: [], kept: 3, keptBytes: 300 });
  });

  it('removes what is older, to the instant', () => {
    const limits = [dump('at', 30), dump('beyond', 30 + 1e-6), ...dumps];
    expect(plan(limits, { maxAgeDays: 30 }).expired).toEqual(['old age', 'beyond age']);
  });

  it('counts age from the last analysis, since what is under a key may have been replaced', () => {
    const replaced = dump('replaced', 40, { finishedAt: new Date(NOW.getTime() - DAY).toISOString() });
    expect(plan([replaced], { maxAgeDays: 30 })).toEqual({ expired: [], kept: 1, keptBytes: 100 });
  });

  it('removes the oldest until the rest has room, and no more', () => {
    expect(plan(dumps, { maxBytes: 200 })).toEqual({ expired: ['old size'], kept: 2, keptBytes: 200 });
    expect(plan(dumps, { maxBytes: 199 }).expired).toEqual(['old size', 'middle size']);
    expect(plan(dumps, { maxBytes: 1 })).toEqual({
      expired: ['old size', 'middle size', 'new size'],
      kept: 0,
      keptBytes: 0,
    });
  });

  it('counts what went by age before it looks at room', () => {
    expect(plan(dumps, { maxAgeDays: 30, maxBytes: 200 })).toEqual({ expired: ['old age'], kept: 2, keptBytes: 200 });
  });

  it.each(['uploading', 'splitting', 'inferring', 'indexing', 'alerting'] as const)(
    'leaves a dump that is %s alone for room, not for age',
    (state) => {
      const working = [dump('working', 20, { state }), dump('done', 10)];
      expect(plan(working, { maxBytes: 100 }).expired).toEqual(['done size']);
      expect(plan(working, { maxAgeDays: 15 }).expired).toEqual(['working age']);
    },
  );

  it('removes none for room that takes none', () => {
    const { sizeBytes: _, ...empty } = dump('empty', 50);
    expect(plan([empty, dump('large', 1)], { maxBytes: 50 }).expired).toEqual(['large size']);
  });
});
