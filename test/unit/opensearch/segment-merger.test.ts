// Segments that grow old: which become one, by a thread of its own, and what is left where it is stopped or they are gone meanwhile.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Field } from '../../../local/opensearch/mapping/field.ts';
import { SegmentMerger } from '../../../local/opensearch/merge/segment-merger.ts';
import { SegmentFile } from '../../../local/opensearch/segment/segment-file.ts';
import { SegmentSet } from '../../../local/opensearch/segment/segment-set.ts';
import { dueForMerge, FAN_IN, SEGMENT_ROWS } from '../../../local/opensearch/segment/tier.ts';
import { WordIndex } from '../../../local/opensearch/word/word-index.ts';

const TEXT: Field = {
  ...{ name: 'text', type: 'text', family: 'text', ordinal: 3, ignoreAbove: undefined },
  ...{ formats: [], ignoreMalformed: false, limits: undefined },
};

let folder = '';
let file: SegmentFile;
let merger: SegmentMerger;

function open(): void {
  file = new SegmentFile(join(folder, 'segments'), 'left');
  merger = new SegmentMerger(file, join(folder, 'segments'));
}

async function close(): Promise<void> {
  await merger.close();
  file.close();
}

function ownSet(): SegmentSet {
  return new SegmentSet(file, 'words', 1, merger);
}

function write(index: WordIndex, from: number, to: number): void {
  for (let seqNo = from; seqNo < to; seqNo += 1) index.add(seqNo, [TEXT], [` word number${seqNo} `]);
  index.seal();
}

function rowsOf(index: WordIndex, word: string): readonly number[] {
  return index.rowsOf({ field: 3, words: [word], isPrefix: false }, Math.random()).rows();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segment-merger-'));
  open();
});

afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the merging thread', () => {
  it('makes one of eight, answers the same, and leaves no pages of the old', async () => {
    const set = ownSet();
    const index = new WordIndex(set);
    for (let from = 0; from < 1_800; from += 200) write(index, from, from + 200);
    await merger.settled();
    expect(set.list.map(({ first, last }) => [first, last])).toEqual([
      [0, 1_599],
      [1_600, 1_799],
    ]);
    expect(file.unknownPages()).toEqual([]);
    for (const one of [index, new WordIndex(ownSet())]) {
      expect(rowsOf(one, 'word')).toHaveLength(1_800);
      for (const row of [0, 199, 200, 1_599, 1_600]) expect(rowsOf(one, `number${row}`)).toEqual([row]);
    }
  });

  it('is told of what another run left: segments that are many, pages that nobody knows', async () => {
    const set = new SegmentSet(file, 'words', 1);
    const index = new WordIndex(set);
    for (let from = 0; from < 1_600; from += 200) write(index, from, from + 200);
    file.addPages(file.newId(), [{ key: new Uint8Array(8), data: new Uint8Array(3_000) }]);
    await close();
    open();
    const opened = ownSet();
    await merger.settled();
    expect(opened.list).toHaveLength(1);
    expect(file.unknownPages()).toEqual([]);
    expect(rowsOf(new WordIndex(opened), 'number777')).toEqual([777]);
  });

  it('takes what it made away again where rows are gone meanwhile', async () => {
    const set = ownSet();
    const index = new WordIndex(set);
    for (let from = 0; from < 1_600; from += 200) write(index, from, from + 200);
    index.dropBelow(500);
    await merger.settled();
    expect(set.list.map(({ first }) => first)).toEqual([400, 600, 800, 1_000, 1_200, 1_400]);
    expect(file.unknownPages()).toEqual([]);
    expect(rowsOf(index, 'number600')).toEqual([600]);
    index.dropAll();
    await merger.settled();
    expect(file.unknownPages()).toEqual([]);
    expect(rowsOf(index, 'number600')).toEqual([]);
  });

  it('says what it could not do, leaves the segments as they are, and tries again when there is another', async () => {
    const set = ownSet();
    const index = new WordIndex(set);
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const replace = vi.spyOn(file, 'replace').mockImplementation(() => {
      throw new Error('database or disk is full');
    });
    for (let from = 0; from < 1_600; from += 200) write(index, from, from + 200);
    await merger.settled();
    expect(warn.mock.calls).toEqual([
      [
        'segments of words were not merged, and searches take longer: Error: database or disk is full; it is tried again',
        { code: 'SEGMENTS' },
      ],
    ]);
    expect(set.list).toHaveLength(8);
    expect(rowsOf(index, 'number777')).toEqual([777]);
    replace.mockRestore();
    warn.mockRestore();
    write(index, 1_600, 1_601);
    await merger.settled();
    expect(set.list).toHaveLength(2);
    expect(file.unknownPages()).toEqual([]);
    expect(rowsOf(index, 'number777')).toEqual([777]);
  });

  it('may be stopped at any moment: the segments are the old or the new', async () => {
    const set = ownSet();
    const index = new WordIndex(set);
    for (let from = 0; from < 80_000; from += 10_000) write(index, from, from + 10_000);
    for (const waitMs of [0, 1, 20, 60, 100, 200]) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await close();
      open();
      const opened = new WordIndex(ownSet());
      for (const row of [0, 9_999, 10_000, 79_999]) expect(rowsOf(opened, `number${row}`)).toEqual([row]);
      expect(rowsOf(opened, 'word')).toHaveLength(80_000);
    }
    await merger.settled();
    expect(file.unknownPages()).toEqual([]);
  });
});

describe('words that are written beside', () => {
  function gather(index: WordIndex, from: number, to: number): void {
    for (let seqNo = from; seqNo < to; seqNo += 1) index.add(seqNo, [TEXT], [` word number${seqNo} `]);
  }

  /** Resolves when nothing is under way: what comes next waits for what was before. */
  async function written(index: WordIndex): Promise<void> {
    await index.sealBeside();
    await index.sealBeside();
  }

  it('are found while they are gathered, written, and after, and are the same as if they had been written here', async () => {
    const set = ownSet();
    const index = new WordIndex(set);
    gather(index, 0, 20_000);
    await index.sealBeside();
    gather(index, 20_000, 20_100);
    expect(set.list).toHaveLength(0);
    expect(index.rowsOf({ field: 3, words: ['word', 'number20001'], isPrefix: false }, 1).rows()).toEqual([20_001]);
    for (let isWritten = false; !isWritten; isWritten = set.list.length === 1) {
      expect(rowsOf(index, 'word')).toHaveLength(20_100);
      expect([rowsOf(index, 'number19999'), rowsOf(index, 'number20000')]).toEqual([[19_999], [20_000]]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await written(index);
    const here = new WordIndex(new SegmentSet(file, 'words', 2));
    gather(here, 0, 20_000);
    here.seal();
    const [own, other] = [set, new SegmentSet(file, 'words', 2)].map(({ list }) => list[0]);
    if (own === undefined || other === undefined) throw new Error('a segment is missing');
    expect([...file.pagesOf(own, 100)]).toEqual([...file.pagesOf(other, 100)]);
    expect(new WordIndex(ownSet()).covered).toBe(20_099);
    expect(file.unknownPages()).toEqual([]);
  });

  it('stay where they are if they cannot be written, and are tried again before later ones', async () => {
    const set = ownSet();
    const index = new WordIndex(set);
    const ask = vi.spyOn(merger, 'write').mockResolvedValueOnce(false).mockResolvedValueOnce(false);
    gather(index, 0, 100);
    await index.sealBeside();
    gather(index, 100, 200);
    await index.sealBeside();
    expect([set.list, index.isFull]).toEqual([[], false]);
    expect(rowsOf(index, 'word')).toHaveLength(200);
    await index.sealBeside();
    await index.sealBeside();
    expect(ask.mock.calls.map(([, { first, last }]) => [first, last])).toEqual([
      ...[1, 2, 3].map(() => [0, 99]),
      [100, 199],
    ]);
    expect(new Set(ask.mock.calls.map(([, { id }]) => id)).size).toBe(2);
    await index.sealBeside();
    expect(set.list.map(({ first, last }) => [first, last])).toEqual([
      [0, 99],
      [100, 199],
    ]);
    expect(rowsOf(index, 'word')).toHaveLength(200);
  });

  it('leave nothing where the index is deleted meanwhile', async () => {
    const set = ownSet();
    const index = new WordIndex(set);
    gather(index, 0, 20_000);
    await index.sealBeside();
    index.dropAll();
    await written(index);
    await merger.settled();
    expect([set.list, file.segments(set), file.unknownPages()]).toEqual([[], [], []]);
  });

  it('are written before the thread ends', async () => {
    const index = new WordIndex(ownSet());
    gather(index, 0, 20_000);
    await index.sealBeside();
    await close();
    open();
    expect(new WordIndex(ownSet()).covered).toBe(19_999);
    expect(rowsOf(new WordIndex(ownSet()), 'number19999')).toEqual([19_999]);
  });
});

describe('what is due', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.constant(SEGMENT_ROWS)), {
    minLength: 1,
    maxLength: 400,
  });

  /** Segments as they are in the end when these come, each merged as soon as it is due; and how many rows were written. */
  function grow(rows: readonly number[]): { readonly list: readonly Extent[]; readonly written: number } {
    let list: Extent[] = [];
    let next = 0;
    let written = 0;
    for (const own of rows) {
      list.push({ first: next, last: next + own - 1 });
      next += own;
      written += own;
      for (let due = dueForMerge(list, () => false); due !== undefined; due = dueForMerge(list, () => false)) {
        const [oldest] = due;
        const newest = due.at(-1);
        if (oldest === undefined || newest === undefined) throw new Error('nothing is due');
        const at = list.indexOf(oldest);
        expect(list.slice(at, at + due.length)).toEqual(due);
        list = list.toSpliced(at, due.length, { first: oldest.first, last: newest.last });
        written += newest.last - oldest.first + 1;
      }
    }
    return { list, written };
  }

  interface Extent {
    readonly first: number;
    readonly last: number;
  }

  it('leaves few segments, whatever their sizes, and none with a gap between them', () => {
    fc.assert(
      fc.property(sizes, (rows) => {
        const { list } = grow(rows);
        const total = rows.reduce((sum, own) => sum + own, 0);
        expect([list[0]?.first, list.at(-1)?.last]).toEqual([0, total - 1]);
        expect(list.length).toBeLessThan(total / (SEGMENT_ROWS * FAN_IN ** 2 * 0.2) + 3 * FAN_IN);
      }),
      { numRuns: 200 },
    );
  });

  it('writes each row three times at most where segments are whole', () => {
    const { list, written } = grow(Array.from({ length: 306 }, () => SEGMENT_ROWS));
    expect(written).toBeLessThan(3 * 306 * SEGMENT_ROWS);
    expect(list).toHaveLength(4 + 6 + 2);
  });

  it('never makes one of segments that are apart', () => {
    const list = Array.from({ length: 12 }, (_, at) => ({ first: at * 100 + (at < 6 ? 0 : 7), last: at * 100 + 99 }));
    expect(dueForMerge(list, (one, next) => next.first > one.last + 1)).toBeUndefined();
    expect(dueForMerge(list.slice(6), (one, next) => next.first > one.last + 1)).toBeUndefined();
  });
});
