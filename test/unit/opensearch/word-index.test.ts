// The inverted table beside a plain look at every document's words, whatever is in segments, in memory, or in both.
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../../../local/opensearch/mapping/field.ts';
import { WordIndex } from '../../../local/opensearch/word/word-index.ts';
import { WordStore } from '../../../local/opensearch/word/word-store.ts';

const FIELDS = [3, 4].map(
  (ordinal): Field => ({
    ...{ name: `f${ordinal}`, type: 'text', family: 'text', ordinal, ignoreAbove: undefined },
    ...{ formats: [], ignoreMalformed: false, limits: undefined },
  }),
);
const WORDS = ['a', 'ab', 'abc', 'b', 'ba', 'ü', '\u{1f600}', '\u{ff5e}', 'a'.repeat(300)];

interface Text {
  readonly field: number;
  readonly words: readonly string[];
}

const text = fc.record({
  field: fc.constantFrom(3, 4),
  words: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 12 }),
});
const documents = fc.array(
  fc.record({ gap: fc.integer({ min: 1, max: 5 }), texts: fc.array(text, { maxLength: 4 }), seals: fc.boolean() }),
  {
    maxLength: 40,
  },
);
const question = fc.record({
  field: fc.constantFrom(3, 4),
  words: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }),
  isPrefix: fc.boolean(),
});

function has({ words: own }: Text, words: readonly string[], isPrefix: boolean): boolean {
  return own.some((_, from) =>
    words.every((word, at) =>
      isPrefix && at === words.length - 1 ? own[from + at]?.startsWith(word) : own[from + at] === word,
    ),
  );
}

describe('the inverted table', () => {
  it('finds the documents that a look at each of them finds, also after it was opened again', () => {
    fc.assert(
      fc.property(documents, fc.array(question, { minLength: 1, maxLength: 5 }), (written, questions) => {
        const store = new WordStore(new DatabaseSync(':memory:'));
        const index = new WordIndex(store, 1);
        const stored: { readonly seqNo: number; readonly texts: readonly Text[] }[] = [];
        let seqNo = 100;
        for (const { gap, texts, seals } of written) {
          seqNo += gap;
          stored.push({ seqNo, texts });
          const fields = texts.map(({ field }) => FIELDS[field - 3] as Field);
          index.add(
            seqNo,
            fields,
            texts.map(({ words }) => ` ${words.join(' ')} `),
          );
          if (seals) index.seal();
        }
        index.seal();
        const opened = new WordIndex(store, 1);
        for (const one of questions) {
          const naive = stored
            .filter(({ texts }) => texts.some((own) => own.field === one.field && has(own, one.words, one.isPrefix)))
            .map((own) => own.seqNo);
          for (const words of [index, opened]) {
            expect(words.rowsOf(one, 1).rows()).toEqual(naive);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('forgets segments whose documents are all gone, and no others', () => {
    const store = new WordStore(new DatabaseSync(':memory:'));
    const index = new WordIndex(store, 1);
    for (let seqNo = 0; seqNo < 30; seqNo += 1) {
      index.add(seqNo, FIELDS.slice(0, 1), [' word ']);
      if (seqNo % 10 === 9) index.seal();
    }
    index.dropBelow(15);
    expect(store.segments(1)).toEqual([
      { first: 10, last: 19, base: 10 },
      { first: 20, last: 29, base: 20 },
    ]);
    expect(index.rowsOf({ field: 3, words: ['word'], isPrefix: false }, 1).rows()).toHaveLength(20);
  });
});
