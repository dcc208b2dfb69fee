// property: every input of the fuzzer's corpus again, the ones that once broke a decoder among them.
import { expect, test } from 'vitest';
import { corpusOf } from '../fuzz/corpus.ts';
import { TARGETS } from '../fuzz/targets.ts';

const SLOW_MS = 1000;

test.each(TARGETS.map(({ name, run }) => ({ name, run })))(
  '$name: nothing in its corpus breaks it',
  ({ name, run }) => {
    for (const entry of corpusOf(name)) {
      const began = performance.now();
      expect(() => run(entry.bytes), entry.name).not.toThrow();
      expect(performance.now() - began, entry.name).toBeLessThan(SLOW_MS);
    }
  },
);
