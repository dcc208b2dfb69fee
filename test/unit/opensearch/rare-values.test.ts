// A value that few documents have is found without a look at all of them: while it waits, in a segment, after a restart.
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SEGMENT_KINDS } from '../../../local/opensearch/segment/segment-file.ts';
import { EngineInFolder } from '../../support/engine-in-folder.ts';

const MAPPING = {
  properties: {
    host: { type: 'keyword' },
    address: { type: 'ip' },
    label: { type: 'keyword' },
    parts: { type: 'flat_object' },
    text: { type: 'text' },
  },
};

describe('a rare value', () => {
  let folder: EngineInFolder;
  beforeEach(async () => {
    folder = await EngineInFolder.open();
    await folder.send('PUT', ['a'], { mappings: MAPPING });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await folder.remove();
  });

  async function write(from: number, to: number): Promise<void> {
    const documents: [string, unknown][] = [];
    for (let number = from; number < to; number += 1)
      documents.push([
        `id ${number}`,
        {
          host: number % 3 === 0 ? [`host ${number}`, `twin ${number}`] : `host ${number}`,
          ...{ address: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`, label: `label ${number % 3}` },
          ...{ parts: { name: `part ${number}` }, text: `a host ${number}` },
        },
      ]);
    await folder.write('a', documents);
  }

  /** Ids of what a query finds, and the condition of the first statement that looked at the table. */
  async function ask(query: unknown): Promise<{ readonly ids: readonly string[]; readonly conditions: string[] }> {
    const run = vi.spyOn(DuckDBConnection.prototype, 'runAndReadAll');
    const answer = await folder.send('POST', ['a', '_search'], { query, size: 20, sort: ['_id'] });
    const conditions = run.mock.calls
      .flatMap(([sql]) => / FROM d\d+ WHERE (?:rowid IN \(SELECT rowid FROM d\d+ WHERE )?(.*)$/.exec(sql)?.[1] ?? [])
      .slice(0, 1);
    run.mockRestore();
    const { hits } = answer['hits'] as { hits: readonly { readonly _id: string }[] };
    return { ids: hits.map(({ _id }) => _id), conditions };
  }

  const listed = (count: number): RegExp => new RegExp(`^_seq IN \\((\\d+(, )?){${count}}\\) AND `);

  const QUERIES = (number: number): unknown[] => [
    { term: { host: `host ${number}` } },
    { term: { address: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}` } },
    { term: { address: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}/32` } },
    { term: { 'parts.name': `part ${number}` } },
    { match: { host: `host ${number}` } },
    { query_string: { query: `host:"host ${number}" AND label:"label ${number % 3}"` } },
    { ids: { values: [`id ${number}`] } },
    { terms: { host: [`host ${number}`, 'nowhere', 'not there'] } },
    { bool: { should: [{ term: { host: `host ${number}` } }, { term: { host: 'nowhere' } }] } },
    { bool: { filter: [{ term: { host: `host ${number}` } }], must_not: [{ term: { host: 'host 1' } }] } },
  ];

  it('that is an id leads to its own row, for reading and for writing, and to none where nobody has it', async () => {
    const statementsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
      const run = vi.spyOn(DuckDBConnection.prototype, 'runAndReadAll');
      await work();
      const found = run.mock.calls.flatMap(([sql]) => / FROM d\d+ WHERE (.*)$/.exec(sql)?.[1] ?? []);
      run.mockRestore();
      return found;
    };
    const read = (id: string) => folder.send('GET', ['a', '_doc', id]);
    await write(0, 3_000);
    await folder.engine.pending.flush();
    for (const isOpenedAgain of [false, true]) {
      if (isOpenedAgain) await folder.reopen();
      expect(await statementsOf(() => read('id 77'))).toEqual([expect.stringMatching(/^_seq IN \(77\) AND _h IN /)]);
      expect(await statementsOf(() => read('nobody'))).toEqual([]);
      expect([(await read('id 77'))['found'], (await read('nobody'))['found']]).toEqual([true, false]);
      const replace = (id: string) => folder.write('a', [[id, { host: 'another' }]]);
      expect(await statementsOf(() => replace('id 2999'))).toEqual([
        expect.stringMatching(/^_seq IN \(2999(, \d+)?\) AND _h IN /),
      ]);
      await folder.engine.pending.flush();
      expect((await read('id 2999'))['_version']).toBe(isOpenedAgain ? 3n : 2n);
    }
  });

  it('is looked for in its own rows only, whether it waits, lies in a segment or was there before a restart', async () => {
    await write(0, 3_000);
    await folder.engine.pending.flush();
    await write(3_000, 3_100);
    const check = async (number: number): Promise<void> => {
      for (const query of QUERIES(number)) {
        const { ids, conditions } = await ask(query);
        expect([query, ids]).toEqual([query, [`id ${number}`]]);
        expect(conditions).toEqual([expect.stringMatching(listed(1))]);
      }
      expect(await ask({ term: { host: `host ${number} not` } })).toEqual({ ids: [], conditions: [] });
    };
    for (const number of [7, 2_999, 3_050]) await check(number);
    await folder.reopen();
    for (const number of [7, 3_050]) await check(number);
    await write(4_000, 4_100);
    for (const number of [7, 4_050]) await check(number);
    // several values of a document, of which each finds it
    expect((await ask({ term: { host: 'twin 3000' } })).ids).toEqual(['id 3000']);
  });

  it('is found while segments become one beneath the search, when they are one, and after a restart', async () => {
    const { engine } = folder;
    const [index] = engine.catalog.indexes.values();
    for (let from = 0; from < 4_800; from += 300) {
      await write(from, from + 300);
      await engine.pending.flush();
      index?.words.seal();
      index?.values.seal();
      for (const number of [0, from, from + 299]) {
        expect((await ask({ term: { host: `host ${number}` } })).ids).toEqual([`id ${number}`]);
        expect((await ask({ match_phrase: { text: `host ${number}` } })).ids).toEqual([`id ${number}`]);
      }
    }
    await engine.segments.merger?.settled();
    const check = async (): Promise<void> => {
      for (const kind of ['words', 'values'] as const)
        expect(folder.engine.segments.of(kind, 1).list.map(({ first, last }) => [first, last])).toEqual([
          [0, 4_499],
          [4_500, 4_799],
        ]);
      for (const number of [0, 2_399, 4_499, 4_500]) {
        for (const query of [...QUERIES(number), { match_phrase: { text: `host ${number}` } }])
          expect((await ask(query)).ids).toEqual([`id ${number}`]);
      }
      expect((await folder.send('POST', ['a', '_count'], { query: { match: { text: 'host' } } }))['count']).toBe(4_800);
    };
    await check();
    await folder.reopen();
    await check();
  });

  it('of hundreds of documents is looked for in those alone where they lie near each other', async () => {
    const [index] = folder.engine.catalog.indexes.values();
    for (let segment = 0; segment < 24; segment += 1) {
      const documents = Array.from({ length: 100 }, (_, at): [string, unknown] => [
        `id ${String(segment * 100 + at).padStart(4, '0')}`,
        { host: at % 4 === 0 ? 'often' : `host ${segment} ${at}` },
      ]);
      await folder.write('a', documents);
      await folder.engine.pending.flush();
      index?.values.seal();
    }
    const { ids, conditions } = await ask({ term: { host: 'often' } });
    expect(ids).toEqual(Array.from({ length: 20 }, (_, at) => `id ${String(at * 4).padStart(4, '0')}`));
    expect(conditions).toEqual([expect.stringMatching(listed(600))]);
    expect((await folder.send('POST', ['a', '_count'], { query: { term: { host: 'often' } } }))['count']).toBe(600);
  });

  it('is found where the words and values are left of an index whose file is gone', async () => {
    await write(0, 300);
    const { engine } = folder;
    const [index] = engine.catalog.indexes.values();
    index?.words.seal();
    await folder.close();
    rmSync(folder.file);
    await folder.open();
    expect(folder.engine.segments.of('words', 1).list).toEqual([]);
    await folder.send('PUT', ['a'], { mappings: MAPPING });
    await write(0, 30);
    for (const query of [...QUERIES(7), { match_phrase: { text: 'host 7' } }])
      expect((await ask(query)).ids).toEqual(['id 7']);
    await folder.engine.segments.merger?.settled();
    expect(folder.engine.segments.file.unknownPages()).toEqual([]);
  });

  it('is found in many documents at once, and where others are asked for beside it', async () => {
    await write(0, 2_000);
    const ids = [5, 50, 500].map((number) => `id ${number}`).sort();
    const terms = await ask({ terms: { host: ['host 5', 'host 50', 'host 500'] } });
    expect(terms.ids).toEqual(ids);
    expect(terms.conditions).toEqual([expect.stringMatching(listed(3))]);
    // more than are looked up, more than are written out
    for (const count of [100, 1_000]) {
      const others = Array.from({ length: count }, (_, at) => `no host ${at}`);
      const many = { terms: { host: [...others, 'host 5', 'twin 51', 'host 500', 'twin 51'] } };
      const found = ['id 5', 'id 500', 'id 51'];
      expect((await ask(many)).ids).toEqual(found);
      const { ids: rest } = await ask({
        bool: { filter: [{ ids: { values: [...found, 'id 6'] } }], must_not: [many] },
      });
      expect(rest).toEqual(['id 6']);
      const scored = { bool: { should: [many, { term: { host: 'host 6' } }] } };
      expect((await ask(scored)).ids).toEqual([...found, 'id 6']);
      const both = await folder.send('POST', ['a', '_search'], { query: scored, size: 10 });
      expect((both['hits'] as { hits: readonly unknown[] }).hits).toHaveLength(4);
      const counted = await folder.send('POST', ['a', '_search'], { size: 0, aggs: { some: { filter: many } } });
      expect(counted['aggregations']).toEqual({ some: { doc_count: 3 } });
    }
    const beside = await ask({ bool: { should: [{ term: { host: 'host 5' } }, { prefix: { label: 'no' } }] } });
    expect(beside.ids).toEqual(['id 5']);
    expect(beside.conditions).toEqual([expect.not.stringContaining('_seq')]);
    const not = await ask({
      bool: { must_not: [{ term: { host: 'host 5' } }], filter: [{ term: { host: 'host 6' } }] },
    });
    expect(not.ids).toEqual(['id 6']);
    const without = await ask({
      bool: { must_not: [{ term: { host: 'host 5' } }], filter: [{ ids: { values: ids } }] },
    });
    expect(without.ids).toEqual(ids.filter((id) => id !== 'id 5'));
  });

  it('is found where it is now after it was written over, and nowhere after it was deleted', async () => {
    await write(0, 100);
    await folder.engine.pending.flush();
    await folder.send('PUT', ['a', '_doc', 'id 7'], { host: 'another' });
    await folder.send('PUT', ['a', '_doc', 'id 8'], { host: 'host 7' });
    await folder.send('DELETE', ['a', '_doc', 'id 9']);
    expect((await ask({ term: { host: 'host 7' } })).ids).toEqual(['id 8']);
    expect((await ask({ term: { host: 'another' } })).ids).toEqual(['id 7']);
    expect((await ask({ term: { host: 'host 9' } })).ids).toEqual([]);
    await folder.send('POST', ['a', '_delete_by_query'], { query: { term: { host: 'host 7' } } });
    expect((await ask({ term: { host: 'host 7' } })).ids).toEqual([]);
    expect((await ask({ term: { host: 'host 10' } })).ids).toEqual(['id 10']);
  });

  it('is no word: many documents’ are a bit for each row, also after a restart, rows gone and others to come', async () => {
    await write(0, 2_000);
    const counts = async (): Promise<readonly number[]> => {
      const found: number[] = [];
      for (const query of ['text:(host OR nothing)', 'NOT text:host', 'text:(host AND 7)', 'label:none OR text:host']) {
        const answer = await folder.send('POST', ['a', '_count'], { query: { query_string: { query } } });
        found.push(Number(answer['count']));
      }
      return found;
    };
    const { conditions } = await ask({ match: { text: 'host' } });
    expect(conditions).toEqual([expect.stringMatching(/^\(get_bit\(\$1, _seq::INTEGER\) = 1\)/)]);
    expect(await counts()).toEqual([2_000, 0, 1, 2_000]);
    await folder.reopen();
    await folder.send('PUT', ['a', '_doc', 'more'], { text: 'nothing' });
    await folder.send('POST', ['a', '_delete_by_query'], { query: { prefix: { host: 'host 1' } } });
    expect(await counts()).toEqual([889 + 1, 1, 1, 889]);
    await write(3_000, 3_010);
    expect(await counts()).toEqual([899 + 1, 1, 1, 899]);
    await folder.reopen();
    expect(await counts()).toEqual([899 + 1, 1, 1, 899]);
  });

  it('is highlighted as ever', async () => {
    await write(0, 10);
    const query = { query_string: { query: 'host:"host 7" OR text:7' } };
    const answer = await folder.send('POST', ['a', '_search'], { query, highlight: { fields: { '*': {} } } });
    const { hits } = answer['hits'] as { hits: readonly { readonly highlight: unknown }[] };
    expect(hits.map(({ highlight }) => highlight)).toEqual([
      { host: ['<em>host 7</em>'], text: ['a host <em>7</em>'] },
    ]);
  });

  it('is found in a file of before there were postings, and without a look at all rows in what came after', async () => {
    await write(0, 3_000);
    await folder.close();
    const segments = new DatabaseSync(`${folder.file}.segments`);
    segments.exec(`DELETE FROM segments WHERE kind = ${SEGMENT_KINDS.values}`);
    segments.close();
    await folder.open();
    const old = await ask({ term: { host: 'host 7' } });
    expect(old.ids).toEqual(['id 7']);
    expect(old.conditions).toEqual([expect.not.stringContaining('_seq')]);
    await write(5_000, 13_000);
    await folder.engine.pending.flush();
    for (const number of [7, 6_000]) {
      const { ids, conditions } = await ask({ term: { host: `host ${number}` } });
      expect(ids).toEqual([`id ${number}`]);
      expect(conditions).toEqual([expect.stringMatching(/^\(_seq >= 0\) AND \(_seq <= 2999( OR _seq = \d+)?\) AND/)]);
    }
  });
});
