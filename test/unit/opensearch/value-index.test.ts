// Postings of exact values beside a plain look at every row: every row that has a value is told of, wherever it is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOfBytes } from '../../../local/opensearch/database/byte-hash.ts';
import { RowBatch } from '../../../local/opensearch/database/row-batch.ts';
import type { Family, Field } from '../../../local/opensearch/mapping/field.ts';
import { SegmentFile } from '../../../local/opensearch/segment/segment-file.ts';
import { SegmentSet } from '../../../local/opensearch/segment/segment-set.ts';
import type { RowSet } from '../../../local/opensearch/value/row-set.ts';
import { hashOfText, hashOfWhole, ValueIndex } from '../../../local/opensearch/value/value-index.ts';
import { mergeSegments } from '../../support/merge-segments.ts';

function field(ordinal: number, family: Family): Field {
  return {
    ...{ name: `f${ordinal}`, type: family, family, ordinal, ignoreAbove: undefined },
    ...{ formats: [], ignoreMalformed: false, limits: undefined },
  };
}

const HOST = field(3, 'keyword');
const ADDRESS = field(4, 'ip');
const TEXT = field(5, 'text');

interface Written {
  readonly seqNo: number;
  readonly hosts: readonly string[];
  readonly addresses: readonly bigint[];
}

function addTo(batch: RowBatch, { seqNo, hosts, addresses }: Written): void {
  batch.column('_id', 'VARCHAR').setText(batch.rows, `id ${seqNo}`);
  batch.column('_seq', 'BIGINT').setInteger(batch.rows, seqNo);
  const fields = [...hosts.map(() => HOST), ...addresses.map(() => ADDRESS), TEXT];
  batch.addValues(fields, [...hosts, ...addresses, ' a text ']);
  batch.rows += 1;
}

/** As rows come in fact: a batch at a time, never more than it holds. */
function write(index: ValueIndex, documents: readonly Written[], isSealed = false): void {
  const batch = new RowBatch();
  for (const document of documents) {
    if (batch.isFull) {
      index.add(batch);
      batch.clear();
    }
    addTo(batch, document);
  }
  index.add(batch);
  if (isSealed) index.seal();
}

function has({ listed, ranges }: RowSet, seqNo: number): boolean {
  return listed.includes(seqNo) || ranges.some(([from, to]) => seqNo >= from && seqNo <= to);
}

function hosts(from: number, to: number, host: (seqNo: number) => string): Written[] {
  return Array.from({ length: to - from }, (_, at) => ({
    seqNo: from + at,
    hosts: [host(from + at)],
    addresses: [],
  }));
}

const newSegments = (): SegmentSet => new SegmentSet(new SegmentFile(':memory:', 'own'), 'values', 1);
const reopened = ({ file }: SegmentSet): SegmentSet => new SegmentSet(file, 'values', 1);

/** The longest run from the first on that has no gap. */
function withoutGap(segments: SegmentSet): SegmentSet['list'] {
  const gap = segments.list.findIndex(({ last }, at) => (segments.list[at + 1]?.first ?? 0) !== last + 1);
  return segments.list.slice(0, gap + 1);
}

const HOSTS = ['', 'a', 'twelve bytes', 'thirteen byte', 'ü\u{1f600}', '\ud800', 'x'.repeat(300)];
const ADDRESSES = [0n, 1n, 2n ** 64n, 2n ** 128n - 1n];
const documents = fc.array(
  fc.record({
    gap: fc.constantFrom(1, 1, 1, 2, 40_000, 100_000),
    hosts: fc.array(fc.constantFrom(...HOSTS), { maxLength: 3 }),
    addresses: fc.array(fc.constantFrom(...ADDRESSES), { maxLength: 3 }),
    next: fc.constantFrom('nothing', 'add', 'seal', 'seal', 'merge', 'open'),
  }),
  { maxLength: 60 },
);

describe('the postings of values', () => {
  it('tell of every row that has a value, and list no others, whatever was sealed or opened again in between', () => {
    fc.assert(
      fc.property(documents, (written) => {
        let segments = newSegments();
        let index = new ValueIndex(segments);
        const batch = new RowBatch();
        const all: Written[] = [];
        let seqNo = 0;
        const add = (): void => {
          index.add(batch);
          batch.clear();
        };
        for (const one of written) {
          seqNo += one.gap;
          const document = { seqNo, hosts: one.hosts, addresses: one.addresses };
          addTo(batch, document);
          all.push(document);
          if (one.next !== 'nothing') add();
          if (one.next === 'seal') index.seal();
          if (one.next === 'merge') mergeSegments(segments, withoutGap(segments));
          if (one.next === 'open') {
            segments = reopened(segments);
            index = new ValueIndex(segments);
            index.open(all[0]?.seqNo ?? 0, seqNo);
          }
        }
        add();
        const expectRows = (rows: RowSet, isIn: (document: Written) => boolean): void => {
          const missing = all.filter((document) => isIn(document) && !has(rows, document.seqNo));
          const wrong = all.filter((document) => !isIn(document) && rows.listed.includes(document.seqNo));
          expect([missing, wrong]).toEqual([[], []]);
        };
        // half a surrogate pair becomes the character that stands for what cannot be read
        for (const host of HOSTS)
          expectRows(index.find(3, hashOfText(host)), (document) => document.hosts.includes(host));
        for (const address of ADDRESSES)
          expectRows(index.find(4, hashOfWhole(address)), (document) => document.addresses.includes(address));
        for (const { seqNo: own } of all)
          expectRows(index.find(-1, hashOfText(`id ${own}`)), (document) => document.seqNo === own);
      }),
      { numRuns: 300 },
    );
  });

  it('know of no row where nobody wrote the value, and read nothing', () => {
    const index = new ValueIndex(newSegments());
    write(
      index,
      hosts(0, 40_000, (seqNo) => `host ${seqNo}`),
    );
    expect(index.find(3, hashOfText('host 40000'))).toEqual({ listed: [], ranges: [] });
    expect(index.find(3, hashOfText('host 39999'))).toEqual({ listed: [39_999], ranges: [] });
    expect(index.find(3, hashOfText('host 5'))).toEqual({ listed: [5], ranges: [] });
    // of a field that came later no row has a value
    expect(index.find(7, hashOfText('host 5'))).toEqual({ listed: [], ranges: [] });
  });

  it('give both rows where two values have one hash', () => {
    const [one, other] = sameHash();
    const index = new ValueIndex(newSegments());
    write(
      index,
      hosts(0, 2, (seqNo) => [one, other][seqNo] ?? ''),
      true,
    );
    expect(index.find(3, hashOfText(one))).toEqual({ listed: [0, 1], ranges: [] });
  });

  it('name the segment where a value has many rows in it, and list the rows of the others', () => {
    const index = new ValueIndex(newSegments());
    const host = (seqNo: number): string => (seqNo % 100 === 0 && seqNo < 10_000 ? 'often' : `host ${seqNo}`);
    write(index, hosts(0, 10_000, host), true);
    write(index, [...hosts(10_000, 20_000, host), { seqNo: 20_000, hosts: ['often'], addresses: [] }], true);
    expect(index.find(3, hashOfText('often'))).toEqual({ listed: [20_000], ranges: [[0, 9_999]] });
  });

  it('have no place for a field of few values, and say that they do not know', () => {
    const index = new ValueIndex(newSegments());
    const label = (seqNo: number): string => `label ${seqNo % 5}`;
    write(index, hosts(0, 3_000, label));
    expect(index.knows(3)).toBe(false);
    expect(index.find(3, hashOfText('label 7'))).toEqual({ listed: [], ranges: [[0, 2_999]] });
    index.seal();
    expect(index.knows(3)).toBe(false);
    expect(index.knows(-1)).toBe(true);
    expect(index.find(3, hashOfText('label 7'))).toEqual({ listed: [], ranges: [[0, 2_999]] });
  });

  it('know nothing of rows that were there before, and all of those that come', () => {
    const segments = newSegments();
    const index = new ValueIndex(reopened(segments));
    index.open(100, 4_999);
    expect(index.knows(3)).toBe(false);
    write(
      index,
      hosts(105_000, 125_000, (seqNo) => `host ${seqNo}`),
      true,
    );
    const opened = new ValueIndex(reopened(segments));
    opened.open(100, 124_999);
    for (const one of [index, opened])
      expect(one.find(3, hashOfText('host 106000'))).toEqual({ listed: [106_000], ranges: [[100, 4_999]] });
  });

  it('take rows twice that come again after a crash: in a segment already, or lost with the memory', () => {
    const segments = newSegments();
    const crashed = new ValueIndex(reopened(segments));
    const first = hosts(0, 50, (seqNo) => `host ${seqNo}`);
    const second = hosts(50, 99, (seqNo) => `host ${seqNo}`);
    write(crashed, first, true);
    write(crashed, second);
    const index = new ValueIndex(reopened(segments));
    write(index, [...first, ...second]);
    expect(index.find(3, hashOfText('host 7'))).toEqual({ listed: [7], ranges: [] });
    expect(index.find(3, hashOfText('host 77'))).toEqual({ listed: [77], ranges: [] });
    index.seal();
    expect(segments.file.segments(segments).map(({ first, last, base }) => [first, last, base])).toEqual([
      [0, 49, 0],
      [50, 98, 50],
    ]);
  });

  it('forget segments whose rows are all gone, and do not look for what was in them', () => {
    const segments = newSegments();
    const index = new ValueIndex(reopened(segments));
    for (let from = 0; from < 30; from += 10)
      write(
        index,
        hosts(from, from + 10, () => 'host'),
        true,
      );
    index.dropBelow(15);
    expect(segments.file.segments(segments).map(({ first, last }) => [first, last])).toEqual([
      [10, 19],
      [20, 29],
    ]);
    expect(index.find(3, hashOfText('host')).listed).toHaveLength(20);
    expect(index.find(3, hashOfText('host')).ranges).toEqual([]);
  });

  it('are the same when segments have become one: lists, names of rows with many, and what is not known', () => {
    const segments = newSegments();
    const index = new ValueIndex(segments);
    const often = (seqNo: number): string => (seqNo % 100 === 0 ? 'often' : `host ${seqNo}`);
    const few = (seqNo: number): string => (seqNo === 23_000 ? 'often' : `host ${seqNo}`);
    const label = (seqNo: number): string => `label ${seqNo % 5}`;
    write(index, hosts(0, 10_000, often), true);
    write(index, hosts(10_000, 20_000, often), true);
    write(index, hosts(20_000, 30_000, few), true);
    write(index, hosts(30_000, 40_000, label), true);
    const check = (): void => {
      const unknown = [30_000, 39_999];
      expect(index.find(3, hashOfText('often'))).toEqual({ listed: [23_000], ranges: [[0, 19_999], unknown] });
      for (const row of [1, 9_999, 10_001, 29_999])
        expect(index.find(3, hashOfText(`host ${row}`))).toEqual({ listed: [row], ranges: [unknown] });
      expect(index.find(-1, hashOfText('id 35000'))).toEqual({ listed: [35_000], ranges: [] });
      expect(index.find(3, hashOfText('no host'))).toEqual({ listed: [], ranges: [unknown] });
    };
    check();
    mergeSegments(segments, segments.list.slice(1, 3));
    check();
    mergeSegments(segments, segments.list);
    expect(segments.list).toHaveLength(1);
    check();
  });
});

describe('the hash', () => {
  it('is MurmurHash3 of 32 bits', () => {
    // of the reference implementation, seed 0
    expect([hashOfText(''), hashOfText('a'), hashOfText('hello'), hashOfText('hello, world')]).toEqual([
      0, 0x3c2569b2, 0x248bfa47, 0x149bbb7f,
    ]);
    expect(hashOfBytes(Buffer.from('xxhellox'), 2, 5)).toBe(0x248bfa47);
  });
});

function sameHash(): readonly [string, string] {
  const known = new Map<number, string>();
  for (let number = 0; ; number += 1) {
    const text = `host ${number}`;
    const hash = hashOfText(text);
    const other = known.get(hash);
    if (other !== undefined) return [other, text];
    known.set(hash, text);
  }
}
