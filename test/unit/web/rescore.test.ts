// web: what a dump's details say of another scoring.
import { describe, expect, it } from 'vitest';

// The pages are plain JavaScript that the compiler does not read.
const { rescoreRows } = (await import(new URL('../../../web/rescore.js', import.meta.url).href)) as {
  readonly rescoreRows: (dump: unknown) => readonly (readonly [string, string])[];
};

const progress = { chunks: 1200 };
const models = { flow: 'flow_net:2' };
const texts = (dump: object) => Object.fromEntries(rescoreRows({ progress, ...dump }));

describe('a dump’s details', () => {
  it('say by which model it is scored, and how far that is', () => {
    const rescoring = { run: 2, models, state: 'running', inferred: 7 };
    expect(texts({ rescoring })).toEqual({ Rescoring: 'run 2 with flow_net:2, 7 of 1,200 chunks', Rescored: '' });
  });

  it('say why it failed, and that nothing changed', () => {
    const rescoring = { run: 2, models, state: 'failed', reason: 'chunk 3: why', inferred: 7 };
    expect(texts({ rescoring })['Rescoring']).toMatch(/^run 2 with flow_net:2 failed: chunk 3: why; what is shown is/);
  });

  it('say what it changed', () => {
    const comparison = { compared: 1000, changed: 3, missing: 2, changes: { 'flow_net: Normal → DoS': 3 } };
    const rescored = { run: 2, models, finishedAt: 'now', alertsBefore: 1, alertsAfter: 2, comparison };
    expect(texts({ rescored })['Rescored']).toBe(
      'run 2 with flow_net:2: 3 of 1,000 flows changed (flow_net: Normal → DoS 3); 2 could not be compared; alerts 1 before, 2 now',
    );
    expect(texts({ rescored: { run: 2, models: {}, alertsBefore: 1 } })['Rescored']).toMatch(
      /models it had, being indexed/,
    );
  });
});
