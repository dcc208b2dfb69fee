// cli: what `smart-ids expire` says.

import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../local/cli/expire.ts';

const NOTHING = {
  ...{ dryRun: true, expired: [], left: 0, kept: 3, keptBytes: 3 * 1024 ** 3, expiredHunts: [], swept: 0 },
  ...{ begunGeneration: null, droppedGenerations: [] },
};

describe('an expiry report', () => {
  it('is one line where nothing goes', () => {
    expect(renderReport(NOTHING)).toBe('would go: 0 dumps; 3 stay, 3.0 GiB');
  });

  it('names each dump with its reason, and never lets a name steer the terminal', () => {
    const dump = { id: 'a', createdAt: '2026-01-01T00:00:00.000Z', sizeBytes: 2048 };
    const text = renderReport({
      ...NOTHING,
      dryRun: false,
      expired: [{ ...dump, name: 'evil\u001b[2J.pcap', reason: 'age' }],
      left: 1200,
      expiredHunts: ['h'],
      swept: 2,
      begunGeneration: '000002',
      droppedGenerations: ['000001'],
    });
    expect(text).not.toContain('\u001b[2J');
    expect(text).toContain('evil');
    expect(text).toContain('age');
    expect(text.split('\n').slice(-5)).toEqual([
      'gone: 1 dump, 1,200 more at the next run; 3 stay, 3.0 GiB',
      'with them: 1 hunt',
      'swept once more: 2 dumps deleted before',
      'indexes for new dumps: generation 000002',
      'dropped, since no dump is in it: generation 000001',
    ]);
  });
});
