// retention: when a generation of indexes is followed by another, and when it goes.

import { describe, expect, it } from 'vitest';
import { type Generation, type GenerationPolicy, planGenerations } from '../../../lib/retention/generation-plan.ts';

const NOW = new Date('2026-11-23T06:00:00Z');
const HOUR = 3_600_000;

function generation(name: string, hoursOld: number, documents = 10): Generation {
  return { name, documents, createdAt: new Date(NOW.getTime() - hoursOld * HOUR) };
}

function plan(generations: readonly Generation[], named: readonly string[], policy: Partial<GenerationPolicy> = {}) {
  return planGenerations(generations, new Set(named), { maxDocuments: 1000, ...policy }, NOW);
}

describe('a generation', () => {
  it('is followed by the next when it is full', () => {
    expect(plan([generation('000001', 5, 999)], []).next).toBeUndefined();
    expect(plan([generation('000001', 5, 1000)], []).next).toBe('000002');
    expect(plan([generation('000009', 5, 1000), generation('000008', 9, 5000)], ['000008']).next).toBe('000010');
    expect(plan([generation('999999', 5, 1000)], []).next).toBe('1000000');
  });

  it('is followed by the next when it is old, unless nothing is in it', () => {
    const policy = { maxAgeDays: 1 };
    expect(plan([generation('000001', 23.9)], [], policy).next).toBeUndefined();
    expect(plan([generation('000001', 24)], [], policy).next).toBe('000002');
    expect(plan([generation('000001', 240, 0)], [], policy).next).toBeUndefined();
  });

  it('goes when no dump names it, but never the newest', () => {
    const three = [generation('000001', 50), generation('000002', 40), generation('000003', 30)];
    expect(plan(three, ['000002']).dropped).toEqual(['000001']);
    expect(plan(three, []).dropped).toEqual(['000001', '000002']);
    expect(plan(three, ['000001', '000002', '000003']).dropped).toEqual([]);
  });

  it('stays for an hour after its successor came: a dump may have asked for it before', () => {
    expect(plan([generation('000001', 50), generation('000002', 0.9)], []).dropped).toEqual([]);
    expect(plan([generation('000001', 50), generation('000002', 1)], []).dropped).toEqual(['000001']);
  });

  it('is not thought of where there is none', () => {
    expect(plan([], [])).toEqual({ next: undefined, dropped: [] });
  });
});
