// split: continuations of what was replaced, deleted or done meanwhile, and of what no split is.

import { describe, expect, it } from 'vitest';
import { workPrefix } from '../../../lib/chunk/keys.ts';
import { capture, DUMP_ID, fixture, KEY } from './legs-fixture.ts';

describe('a continuation of a split', () => {
  it('whose object was replaced is counted as superseded, and its checkpoints go', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const { etag } = made.last();
    await made.store.put(KEY, capture(41));
    const sent = made.sent.length;
    expect(await made.receive(made.continuations()[0] ?? '')).toEqual({ batchItemFailures: [] });
    expect(made.dump()?.ledger.superseded).toBe(1);
    expect(made.work().filter((key) => key.startsWith(workPrefix(DUMP_ID, etag)))).toEqual([]);
    expect(made.sent).toHaveLength(sent);
  });

  it('whose object was deleted is acknowledged, and the dump says so', async () => {
    const made = fixture();
    await made.drop(capture(40));
    made.store.objects.delete(KEY);
    expect(await made.receive(made.continuations()[0] ?? '')).toEqual({ batchItemFailures: [] });
    expect(made.dump()).toMatchObject({ state: 'error', error: { code: 'object-deleted' } });
    expect(made.work()).toEqual([]);
  });

  it('of an earlier attempt is counted as superseded and touches nothing', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const other = JSON.stringify({ ...made.last(), attempt: '11111111-1111-4111-8111-111111111111' });
    const work = made.work();
    expect(await made.receive(other)).toEqual({ batchItemFailures: [] });
    expect(made.dump()?.ledger.superseded).toBe(1);
    expect(made.work()).toEqual(work);
    expect(made.continuations()).toHaveLength(1);
  });

  it('of a dump that was deleted meanwhile is acknowledged', async () => {
    const made = fixture();
    await made.drop(capture(40));
    made.dumps.dumps.clear();
    expect(await made.receive(made.continuations()[0] ?? '')).toEqual({ batchItemFailures: [] });
    expect(made.dumps.dumps.size).toBe(0);
  });

  it.each([
    ['without a leg', { leg: undefined }],
    ['of leg 0', { leg: 0 }],
    ['of another version', { version: 2 }],
    ['with a word more', { extra: 1 }],
    ['with a word for an id', { dumpId: '../../etc' }],
  ])('%s is quarantined', async (_, change) => {
    const made = fixture();
    await made.drop(capture(40));
    expect(await made.receive(JSON.stringify({ ...made.last(), ...change }))).toEqual({ batchItemFailures: [] });
    expect(made.log.lines.at(-1)).toMatchObject({
      message: 'message quarantined',
      fields: { code: 'invalid-message' },
    });
  });

  it('for another bucket, or no dump, is passed over', async () => {
    const made = fixture();
    await made.drop(capture(40));
    for (const change of [{ bucket: 'another' }, { key: 'derived/x' }]) {
      expect(await made.receive(JSON.stringify({ ...made.last(), ...change }))).toEqual({ batchItemFailures: [] });
      expect(made.log.lines.at(-1)?.message).toBe('no dump');
    }
  });
});
