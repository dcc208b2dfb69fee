// cli: which dump a person means, when a rescore is over, and what is said of it.

import { describe, expect, it } from 'vitest';
import type { DumpView } from '../../../functions/api/schema/dump-schema.ts';
import { EMPTY_LEDGER } from '../../../lib/dump/ledger.ts';
import { findDump } from '../../../local/cli/find-dump.ts';
import { waitForRun } from '../../../local/cli/rescore.ts';
import { renderRescore, rescoreReport } from '../../../local/cli/rescore-report.ts';

const ID = '6f9f62f8-0c2e-8b1f-9a51-5d0a3c1f7be2';
const REQUESTED = '2026-11-23T06:00:00.000Z';
const READY: DumpView = {
  ...{ id: ID, name: 'monday.pcap', details: '', fileName: 'monday.pcap', bucket: 'b', key: 'dumps/monday.pcap' },
  ...{ state: 'ready', createdAt: REQUESTED, updatedAt: REQUESTED, etag: 'e1', run: 1, linktypes: [] },
  progress: { chunks: 3, inferred: 3, indexed: 3 },
  ledger: { ...EMPTY_LEDGER, gaps: [] },
};
const MODELS = { flow: 'flow_net:2' };
const RESCORING = { run: 2, models: MODELS, requestedAt: REQUESTED, state: 'running', inferred: 1 } as const;
const BEGUN = { run: 2, fromRun: 1, models: MODELS, requestedAt: REQUESTED, alertsBefore: 3 };
const DONE: DumpView = {
  ...READY,
  ...{ run: 2, models: MODELS },
  rescored: {
    ...BEGUN,
    ...{ finishedAt: REQUESTED, alertsAfter: 1 },
    comparison: {
      ...{ compared: 1200, changed: 12, missing: 2 },
      changes: { 'flow_net: Normal → DoS': 2, 'flow_net: Port Scan → Normal': 10 },
    },
  },
};

/** An API that shows these one after the other. */
function showing(...dumps: readonly DumpView[]) {
  const left = [...dumps];
  return { dump: async () => left.shift() ?? DONE };
}

const wait = (...dumps: readonly DumpView[]) =>
  waitForRun(
    showing(...dumps),
    ID,
    2,
    () => {},
    async () => {},
  );

describe('waiting for a run', () => {
  it('ends when the dump is ready with its report, not before', async () => {
    const promoted: DumpView = { ...READY, state: 'indexing', run: 2, rescored: BEGUN };
    expect(await wait({ ...READY, rescoring: RESCORING }, promoted, { ...promoted, state: 'ready' }, DONE)).toBe(DONE);
  });

  it('ends when it failed, and when the dump is in error', async () => {
    const failed: DumpView = { ...READY, rescoring: { ...RESCORING, state: 'failed', reason: 'chunk 1: why' } };
    expect(await wait({ ...READY, rescoring: RESCORING }, failed)).toBe(failed);
    const error: DumpView = { ...READY, run: 2, state: 'error', error: { code: 'internal', message: 'm' } };
    expect(await wait(error)).toBe(error);
  });

  it('ends in words when the dump was replaced, or another run took its place', async () => {
    const under: DumpView = { ...READY, rescoring: RESCORING };
    await expect(wait(under, { ...READY, etag: 'e2', state: 'splitting' })).rejects.toThrow(/replaced or scored/);
    await expect(wait(under, { ...READY, rescoring: { ...RESCORING, run: 3 } })).rejects.toThrow(/replaced or scored/);
  });
});

describe('the report of a rescore', () => {
  it('is a table of what changed, most flows first, with the alerts before and now', () => {
    const text = renderRescore(rescoreReport(DONE, 2));
    expect(text).toMatch(/^monday\.pcap: run 2 by flow_net:2: ready\n/);
    expect(text).toMatch(/Port Scan → Normal\s*│\s*10[\s\S]*Normal → DoS\s*│\s*2/);
    expect(text).toMatch(/12 of 1,200 changed; 2 that the run before has no results of/);
    expect(text).toMatch(/3 before, 1 now/);
  });

  it('says so where nothing changed', () => {
    const rescored = DONE.rescored && {
      ...DONE.rescored,
      comparison: { compared: 5, changed: 0, missing: 0, changes: {} },
    };
    const same: DumpView = { ...DONE, ...(rescored && { rescored }) };
    expect(renderRescore(rescoreReport(same, 2))).toMatch(/no verdict changed\n {2}flows {4}0 of 5 changed\n/);
  });

  it('tells why it failed, without a control character in it', () => {
    const reason = 'chunk 1: \u001b[31mred';
    const failed: DumpView = { ...READY, rescoring: { ...RESCORING, state: 'failed', reason } };
    expect(rescoreReport(failed, 2)).toMatchObject({ state: 'failed', reason, run: 2, models: MODELS });
    expect(renderRescore(rescoreReport(failed, 2))).toBe(
      'monday.pcap: run 2 by flow_net:2 failed: chunk 1: ·[31mred\nThe documents are those of the run before.',
    );
    const error: DumpView = { ...READY, run: 2, state: 'error', error: { code: 'internal', message: 'm' } };
    expect(renderRescore(rescoreReport(error, 2))).toBe('monday.pcap: run 2: internal: m');
  });
});

describe('the dump that is meant', () => {
  const called = (...ids: readonly string[]) => ({
    asked: [] as unknown[],
    async search(_: unknown, body: Readonly<Record<string, unknown>>) {
      this.asked.push(body['q']);
      return { total: { value: ids.length }, hits: ids.map((id) => ({ smartids: { dump: { id } } })) };
    },
  });

  it('is the one of the id, whatever is called so', async () => {
    const api = called();
    expect(await findDump(api, ID.toUpperCase())).toBe(ID);
    expect(api.asked).toEqual([]);
  });

  it('is the only one of the name', async () => {
    const api = called(ID);
    expect(await findDump(api, 'monday "1".pcap')).toBe(ID);
    expect(api.asked).toEqual(['smartids.dump.name:"monday \\"1\\".pcap"']);
  });

  it('is not guessed where several have the name, or none', async () => {
    await expect(findDump(called('a', 'b'), 'x')).rejects.toThrow(/2 dumps are called "x"; name one by its id: a, b/);
    await expect(findDump(called(), 'x')).rejects.toThrow(/no dump is called "x"/);
  });
});
