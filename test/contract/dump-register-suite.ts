// contract, dump register: what the stages rely on, whichever index keeps it.

import { describe, expect, it } from 'vitest';
import type { Dump } from '../../lib/dump/dump.ts';
import type { DumpRegister } from '../../lib/dump/dump-register.ts';
import { EMPTY_LEDGER } from '../../lib/dump/ledger.ts';
import { DUMP, progressOf } from '../support/analysis.ts';

const OTHER_ATTEMPT = '22222222-0000-4000-8000-000000000000';
const PROGRESS_PAGES = 1_100;

let count = 0;

/** A dump of its own for each test. */
function newDump(values: Partial<Dump> = {}): Dump {
  count += 1;
  return { ...DUMP, id: `6f9f62f8-0c2e-8b1f-9a51-${String(count).padStart(12, '0')}`, ...values };
}

export function describeDumpRegister(name: string, register: () => DumpRegister): void {
  describe(`dump register: ${name}`, () => {
    it('reads a dump at once after its creation, exactly as it was given', async () => {
      const dump = newDump({
        ...{ name: 'Üñí "quoted"\n', key: `dumps/${'k'.repeat(1000)}`, firstSeen: 'no time', alerts: 3 },
        error: { code: 'capture-corrupt', message: 'block 7' },
        ledger: {
          ...EMPTY_LEDGER,
          records: 2 ** 53 - 1,
          gaps: [{ offset: 2 ** 40, length: 1, reason: 'r', chunk: 2 }],
        },
      });
      expect(await register().get(dump.id)).toBeUndefined();
      expect(await register().create(dump)).toBe('created');
      expect(await register().get(dump.id)).toStrictEqual(dump);
    });

    it('creates a dump once, whoever comes first', async () => {
      const dump = newDump();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) => register().create({ ...dump, details: String(i) })),
      );
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
      const winner = answers.indexOf('created');
      expect((await register().get(dump.id))?.details).toBe(String(winner));
    });

    it('loses no change when many change a dump at once', async () => {
      const dump = newDump();
      await register().create(dump);
      await Promise.all(
        Array.from({ length: 6 }, () =>
          register().update(dump.id, (known) => ({ ...known, alerts: (known.alerts ?? 0) + 1 })),
        ),
      );
      expect((await register().get(dump.id))?.alerts).toBe(6);
    });

    it('leaves a dump as it is where nothing is to change, and tells how it stands', async () => {
      const dump = newDump();
      await register().create(dump);
      expect(await register().update(dump.id, () => undefined)).toStrictEqual(dump);
      expect(await register().update(newDump().id, (known) => known)).toBeUndefined();
    });

    it('drops members that a change leaves out', async () => {
      const dump = newDump({ error: { code: 'internal', message: 'm' } });
      await register().create(dump);
      const { error: _, ...rest } = dump;
      await register().update(dump.id, () => rest);
      expect(await register().get(dump.id)).toStrictEqual(rest);
    });

    it('counts each chunk and stage once, of this version and analysis only', async () => {
      const { id: dumpId, etag = '', attempt = '' } = newDump();
      const write = (values: object) => register().writeProgress(progressOf({ dumpId, ...values }));
      await write({ chunk: 0, stage: 'inferred' });
      await write({ chunk: 0, stage: 'inferred', gap: { offset: 0, length: 1, reason: 'again' } });
      await write({ chunk: 0, stage: 'indexed' });
      await write({ chunk: 1, stage: 'inferred' });
      await write({ chunk: 2, stage: 'inferred', attempt: OTHER_ATTEMPT });
      await write({ chunk: 3, stage: 'indexed', etag: 'another' });
      expect(await register().countProgress(dumpId, etag, attempt, 1)).toEqual({ inferred: 2, lost: 1, indexed: 1 });
    });

    it('keeps the progress of each run apart: one that is scored once more loses nothing of the run before', async () => {
      const { id: dumpId, etag = '', attempt = '' } = newDump();
      const write = (values: object) => register().writeProgress(progressOf({ dumpId, ...values }));
      const gap = { offset: 0, length: 1, reason: 'no model' };
      await write({ chunk: 0, stage: 'inferred' });
      await write({ chunk: 0, stage: 'indexed' });
      await write({ chunk: 0, stage: 'inferred', run: 2, gap });
      expect(await register().countProgress(dumpId, etag, attempt, 1)).toEqual({ inferred: 1, lost: 0, indexed: 1 });
      expect(await register().countProgress(dumpId, etag, attempt, 2)).toEqual({ inferred: 1, lost: 1, indexed: 0 });
      expect(await register().listProgress(dumpId, etag, attempt, 2)).toMatchObject([{ run: 2, gap }]);
    });

    it('lists every progress as it was written last, however many there are', async () => {
      const { id: dumpId, etag = '', attempt = '' } = newDump();
      const first = progressOf({
        dumpId,
        detections: { 'DoS Hulk': 3 },
        notScored: { m: { sampled: 1 } },
        seconds: 0.5,
      });
      await register().writeProgress({ ...first, gap: { offset: 0, length: 1, reason: 'overwritten' } });
      await register().writeProgress(first);
      for (let from = 1; from < PROGRESS_PAGES; from += 100) {
        const some = Array.from({ length: Math.min(100, PROGRESS_PAGES - from) }, (_, i) => from + i);
        await Promise.all(some.map((chunk) => register().writeProgress(progressOf({ dumpId, chunk }))));
      }
      await register().countProgress(dumpId, etag, attempt, 1);
      const listed = await register().listProgress(dumpId, etag, attempt, 1);
      expect(listed.find(({ chunk }) => chunk === 0)).toStrictEqual(first);
      expect(new Set(listed.map(({ chunk }) => chunk)).size).toBe(PROGRESS_PAGES);
      expect(listed).toHaveLength(PROGRESS_PAGES);
    });
  });
}
