// real: every odd file ends in what was read of it or in an error that says why; none hangs, none is empty in silence.
import { createReadStream } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { splitCapture } from '../../lib/chunk/split-capture.ts';
import type { SplitTotals } from '../../lib/chunk/split-output.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { hasCaptures, oddCaptures } from './captures.ts';
import { askTshark } from './tshark.ts';

const TIME_LIMIT_MS = 20_000;
const ends = new Map<string, number>();

afterAll(() => console.log('\nhow the odd captures end:', Object.fromEntries(ends)));

function count(end: string): void {
  ends.set(end, (ends.get(end) ?? 0) + 1);
}

async function endOf(path: string): Promise<SplitTotals | PipelineError> {
  try {
    for await (const output of splitCapture(createReadStream(path))) if (output.kind === 'totals') return output;
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  throw new Error(`${path} ended without totals`);
}

/** What a capture without packets says of itself. */
function reasonsOf({ gaps, warnings, undecodable }: SplitTotals): readonly string[] {
  return [...gaps.map(({ reason }) => reason), ...Object.keys(warnings), ...Object.keys(undecodable)];
}

test.skipIf(!hasCaptures).each(oddCaptures())(
  '$name: ends with records, a reason or an error',
  { timeout: TIME_LIMIT_MS },
  async ({ path }) => {
    const end = await endOf(path);
    if (end instanceof PipelineError) {
      count(`error: ${end.code}`);
      expect(end.permanent).toBe(true);
      expect(end.message).toMatch(/\w+ .*\w+/);
      return;
    }
    if (end.records > 0) {
      const undecoded = Object.values(end.undecodable).reduce((sum, records) => sum + records, 0);
      count(undecoded < end.records ? 'packets' : 'records, each with the reason why it is no packet');
      expect(end.packets + undecoded).toBe(end.records);
      return;
    }
    const reasons = reasonsOf(end);
    expect(reasons).not.toEqual([]);
    count(`no records: ${reasons.join(', ')}`);
    if (reasons.join() !== 'no-records') return;
    // Whole, and there is none: tshark finds no frame with a link layer either.
    const { rows, complaint } = await askTshark(path);
    expect(complaint).toBe('');
    expect(rows.filter(({ protocols }) => protocols.join(':') !== 'data')).toEqual([]);
  },
);
