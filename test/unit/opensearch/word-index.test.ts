// The inverted table beside a plain look at every document's words, whatever is in segments, in memory, or in both.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Field } from '../../../local/opensearch/mapping/field.ts';
import { SegmentFile } from '../../../local/opensearch/segment/segment-file.ts';
import { SegmentSet } from '../../../local/opensearch/segment/segment-set.ts';
import { WordIndex } from '../../../local/opensearch/word/word-index.ts';
import { mergeSegments } from '../../support/merge-segments.ts';

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
  fc.record({
    gap: fc.integer({ min: 1, max: 5 }),
    texts: fc.array(text, { maxLength: 4 }),
    next: fc.constantFrom('nothing', 'nothing', 'seal', 'seal', 'merge two', 'merge all'),
  }),
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

const files: SegmentFile[] = [];

afterEach(() => {
  for (const file of files.splice(0)) file.close();
});

function newSegments(): SegmentSet {
  const file = new SegmentFile(':memory:', 'own');
  files.push(file);
  return new SegmentSet(file, 'words', 1);
}

describe('the inverted table', () => {
  it('finds the documents that a look at each of them finds, also after it was opened again', () => {
    fc.assert(
      fc.property(documents, fc.array(question, { minLength: 1, maxLength: 5 }), (written, questions) => {
        const segments = newSegments();
        const index = new WordIndex(segments);
        const stored: { readonly seqNo: number; readonly texts: readonly Text[] }[] = [];
        let seqNo = 100;
        for (const { gap, texts, next } of written) {
          seqNo += gap;
          stored.push({ seqNo, texts });
          const fields = texts.map(({ field }) => FIELDS[field - 3] as Field);
          index.add(
            seqNo,
            fields,
            texts.map(({ words }) => ` ${words.join(' ')} `),
          );
          if (next === 'seal') index.seal();
          if (next === 'merge two') mergeSegments(segments, segments.list.slice(-2));
          if (next === 'merge all') mergeSegments(segments, segments.list);
        }
        index.seal();
        const opened = new WordIndex(new SegmentSet(segments.file, 'words', 1));
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

  it('is full of many documents, or of few with many words', () => {
    const text = ` ${Array.from({ length: 50_000 }, (_, at) => `w${at % 997}`).join(' ')} `;
    const index = new WordIndex(newSegments());
    for (let seqNo = 0; seqNo < 80; seqNo += 1) {
      expect(index.isFull).toBe(false);
      index.add(seqNo, FIELDS.slice(0, 1), [text]);
    }
    expect(index.isFull).toBe(true);
    index.seal();
    expect(index.isFull).toBe(false);
    for (let seqNo = 80; seqNo < 80 + 32_768; seqNo += 1) index.add(seqNo, FIELDS.slice(0, 1), [' one ']);
    expect(index.isFull).toBe(true);
    expect(index.rowsOf({ field: 3, words: ['w996', 'w0'], isPrefix: false }, 1).rows()).toHaveLength(80);
  });

  it('forgets segments whose documents are all gone, and no others', () => {
    const segments = newSegments();
    const index = new WordIndex(segments);
    for (let seqNo = 0; seqNo < 30; seqNo += 1) {
      index.add(seqNo, FIELDS.slice(0, 1), [' word ']);
      if (seqNo % 10 === 9) index.seal();
    }
    index.dropBelow(15);
    expect(segments.file.segments(segments)).toMatchObject([
      { first: 10, last: 19, base: 10 },
      { first: 20, last: 29, base: 20 },
    ]);
    expect(index.rowsOf({ field: 3, words: ['word'], isPrefix: false }, 1).rows()).toHaveLength(20);
  });

  it('finds words with more entries than a page has room for, before and after merging, alone, in phrases and as prefixes', () => {
    const segments = newSegments();
    const index = new WordIndex(segments);
    const rare = new Set([7, 5_000, 9_999, 10_000, 29_999]);
    for (let seqNo = 0; seqNo < 30_000; seqNo += 1) {
      // of each document five entries, so that most pages end within one
      const text = ` often often ${rare.has(seqNo) ? 'oftenest' : 'other'} often often often `;
      index.add(seqNo, FIELDS.slice(0, 1), [text]);
      if (seqNo % 10_000 === 9_999) index.seal();
    }
    const check = (): void => {
      const ask = (words: readonly string[], isPrefix = false): readonly number[] =>
        index.rowsOf({ field: 3, words, isPrefix }, Math.random()).rows();
      expect(ask(['often'])).toHaveLength(30_000);
      expect(ask(['often', 'often', 'often'])).toHaveLength(30_000);
      expect(ask(['often', 'often', 'often', 'often'])).toEqual([]);
      expect(ask(['often', 'oftenest', 'often'])).toEqual([...rare]);
      expect(ask(['often', 'oftene'], true)).toEqual([...rare]);
      expect(ask(['oft'], true)).toHaveLength(30_000);
      expect(ask(['often', 'oft'], true)).toHaveLength(30_000);
      expect(ask(['oftener'], true)).toEqual([]);
    };
    check();
    mergeSegments(segments, segments.list.slice(1));
    check();
    mergeSegments(segments, segments.list);
    expect(segments.list).toHaveLength(1);
    check();
  });
});
