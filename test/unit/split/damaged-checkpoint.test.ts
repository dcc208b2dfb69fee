// split: checkpoints that cannot be read: the split begins anew, or ends in words.

import { describe, expect, it } from 'vitest';
import { MAX_RESTARTS } from '../../../lib/checkpoint/limits.ts';
import { checkpointKey } from '../../../lib/chunk/keys.ts';
import { capture, DUMP_ID, type Fixture, fixture, goOn, resultsOf, uninterrupted } from './legs-fixture.ts';

describe('a checkpoint that cannot be read', () => {
  const damages: readonly [string, (made: Fixture, key: string) => void][] = [
    ['has a byte changed', (made, key) => made.store.objects.set(key, flipped(made.store.objects.get(key)))],
    [
      'is cut short',
      (made, key) => made.store.objects.set(key, (made.store.objects.get(key) ?? capture(0)).slice(0, -3)),
    ],
    ['is gone', (made, key) => made.store.objects.delete(key)],
    ['is empty', (made, key) => made.store.objects.set(key, new Uint8Array(0))],
    ['is something else', (made, key) => made.store.objects.set(key, capture(1))],
  ];
  const objects = ['.json', '.bin'];

  it.each(damages.flatMap(([name, damage]) => objects.map((suffix) => [suffix, name, damage] as const)))(
    'since its %s %s has the split begin anew, and it ends as it would have',
    async (suffix, _, damage) => {
      const made = fixture();
      await made.drop(capture(40));
      await goOn(made, (leg) => {
        const key = made.work().findLast((name) => name.endsWith(suffix));
        if (leg === 3 && key !== undefined) damage(made, key);
      });
      expect(made.log.lines.filter(({ message }) => message === 'split begins anew')).toHaveLength(1);
      const { objects: found, dump } = resultsOf(made);
      const expected = await uninterrupted(capture(40));
      expect(found).toEqual(expected.objects);
      expect(dump).toEqual(expected.dump);
    },
  );

  it('for it is of another dump or of other settings has the split begin anew', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const { etag } = made.last();
    const other = fixture({ flows: { maxOpenFlows: 7 } });
    await other.drop(capture(40));
    const foreign = fixture();
    await foreign.drop(capture(41));
    for (const { store, last } of [other, foreign]) {
      const manifest = store.objects.get(checkpointKey(DUMP_ID, last().etag, 1));
      const trial = fixture();
      await trial.drop(capture(40));
      trial.store.objects.set(checkpointKey(DUMP_ID, etag, 1), manifest ?? new Uint8Array(0));
      await goOn(trial);
      expect(trial.log.lines.filter(({ message }) => message === 'split begins anew')).toHaveLength(1);
      expect(resultsOf(trial).objects).toEqual((await uninterrupted(capture(40))).objects);
    }
  });

  it('again and again is an error of its dump, in words, and the message is acknowledged', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const legs = await goOn(made, () => {
      for (const key of made.work()) if (key.endsWith('.bin')) made.store.objects.delete(key);
    });
    expect(legs).toBe(MAX_RESTARTS + 1);
    expect(made.dump()).toMatchObject({ state: 'error', error: { code: 'invalid-object' } });
    expect(made.dump()?.error?.message).toMatch(/began anew 2 times .* checkpoint/);
    expect(made.work()).toEqual([]);
  });

  it('since another run has ended the split changes nothing', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const [first = ''] = made.continuations();
    await goOn(made);
    const expected = resultsOf(made);
    const sent = made.sent.length;
    await made.receive(first);
    expect(resultsOf(made)).toEqual(expected);
    expect(made.sent).toHaveLength(sent);
    expect(made.log.lines.at(-1)?.message).toBe('this version was split before');
  });
});

function flipped(bytes: Uint8Array = new Uint8Array(1)): Uint8Array {
  const changed = bytes.slice();
  const at = changed.length >> 1;
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}
