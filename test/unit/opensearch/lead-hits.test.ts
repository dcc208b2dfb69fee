// A page that is put together from its first key and the blocks of texts is the one that the table gives: the same search
// without `_source` reads everything from columns.
import { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EngineInFolder } from '../../support/engine-in-folder.ts';

const DOCUMENTS = 1_500;
const NAMES = ['b', 'B', '', 'a\u0000', '\uffff', '😀', '\ud800', 'ä', 'a', 'x'.repeat(60)];

/** Few times that many share, some that are missing or the least there is; names of all kinds, several, none, or in odd places. */
function documentOf(number: number): unknown {
  const time = number % 11 === 0 ? undefined : number < 900 ? 1_000 + (number % 40) : 5_000 + number;
  const name = NAMES[(number * 7) % NAMES.length];
  const names = [[name, NAMES[number % 3]], [], [null], [[name], 'm']][number % 4];
  return {
    ...(time === undefined ? {} : { time }),
    ...(number % 97 === 0 ? { time: '-9223372036854775808' } : {}),
    ...(number % 5 === 0 ? { 'deep.name': name } : { deep: [{ name }, { other: 1 }] }),
    ...(number % 3 === 0 ? { name: names } : number % 3 === 1 ? { name: `${number % 10}` } : {}),
    ...{ late: `late ${number % 6}`, short: 'y'.repeat(number % 9), count: number % 50, raw: `${number % 4}` },
  };
}

const SORTS = [
  ['time'],
  [{ time: 'desc' }],
  [{ time: 'desc' }, { name: 'desc' }],
  [{ time: 'asc' }, { name: { order: 'asc', missing: '_first' } }],
  [{ time: 'desc' }, { name: { order: 'asc', mode: 'max' } }, { 'deep.name': 'desc' }],
  [{ time: 'desc' }, { name: { order: 'desc', missing: 'b' } }],
  [{ time: 'asc' }, { 'name.sub': 'desc' }, { again: 'asc' }],
  [{ time: 'desc' }, { late: 'asc' }],
  [{ time: 'desc' }, { short: 'desc' }],
  [{ time: 'asc' }, { nothing: { order: 'asc', unmapped_type: 'keyword' } }, '_id'],
  [{ count: 'desc' }, { _id: 'desc' }],
  [{ count: 'asc' }, { _seq_no: 'desc' }],
  [{ count: 'desc' }, { time: 'asc' }],
];
const QUERIES = [
  { match_all: {} },
  { match_none: {} },
  { range: { count: { gte: 10, lt: 20 } } },
  { range: { time: { gte: 5_000 } } },
  { term: { name: '4' } },
  { term: { raw: '3' } },
  { term: { name: 'nobody' } },
  { ids: { values: ['id 1', 'id 900', 'id 1499', 'none'] } },
  { match: { text: 'w3' } },
  { match: { text: 'one 777' } },
  { wildcard: { name: '*x*' } },
  { bool: { filter: [{ exists: { field: 'time' } }], must_not: [{ term: { raw: '1' } }] } },
];
const PAGES = [
  { size: 10 },
  { size: 50, track_total_hits: true },
  { from: 35, size: 7, track_total_hits: 20 },
  { from: 600, size: 200, track_total_hits: true },
  { size: 201 },
  { from: 1_480, size: 50, track_total_hits: false },
];

describe('a page by its first key', () => {
  let folder: EngineInFolder;
  beforeAll(async () => {
    folder = await EngineInFolder.open();
    const keyword = { type: 'keyword', ignore_above: 50 };
    const properties = {
      time: { type: 'long', ignore_malformed: true },
      name: { ...keyword, fields: { sub: keyword } },
      deep: { properties: { name: keyword } },
      short: { type: 'keyword' },
      count: { type: 'integer' },
      raw: { type: 'keyword' },
      text: { type: 'text' },
      again: { type: 'alias', path: 'name' },
    };
    for (const index of ['a', 'b']) await folder.send('PUT', [index], { mappings: { dynamic: 'false', properties } });
    const documents = (from: number, to: number): [string, unknown][] =>
      Array.from({ length: to - from }, (_, at) => [
        `id ${from + at}`,
        { ...(documentOf(from + at) as object), text: `one ${from + at} w${(from + at) % 5}` },
      ]);
    await folder.write('a', documents(0, 700));
    await folder.write('b', documents(5, 300));
    // what is mapped later, or otherwise, was not so in the documents of before
    const mapped = { properties: { late: { type: 'keyword' }, short: { type: 'keyword', ignore_above: 4 } } };
    await folder.send('PUT', ['a', '_mapping'], mapped);
    await folder.write('a', documents(700, DOCUMENTS));
    await folder.write('a', documents(300, 320));
    for (const number of [4, 500, 1_499]) await folder.send('DELETE', ['a', '_doc', `id ${number}`]);
    await folder.send('POST', ['_refresh']);
  });
  afterAll(() => folder.remove());

  async function answer(indexes: string, body: object): Promise<unknown> {
    const { hits } = (await folder.send('POST', [indexes, '_search'], body)) as { hits: { hits: object[] } };
    return { ...hits, hits: hits.hits.map((hit) => ({ ...hit, _source: undefined })) };
  }

  const checked = async (indexes: string): Promise<number> => {
    const run = vi.spyOn(DuckDBConnection.prototype, 'runAndReadAll');
    let fromBlocks = 0;
    let asked = 0;
    for (const [first, query] of QUERIES.entries())
      for (const [second, sort] of SORTS.entries())
        for (const [third, page] of PAGES.entries()) {
          if ((first + second + third) % 4 !== 0) continue;
          asked += 1;
          const body = { query, sort, ...page };
          run.mockClear();
          const found = await answer(indexes, body);
          if (!run.mock.calls.some(([sql]) => sql.includes('_id, '))) fromBlocks += 1;
          expect([body, found]).toEqual([body, await answer(indexes, { ...body, _source: false })]);
        }
    run.mockRestore();
    return fromBlocks / asked;
  };

  it('is the one that the table gives, for ties, missing and odd values, and what was mapped later', async () => {
    expect(await checked('a')).toBeGreaterThan(0.3);
  });

  it('is the one that the table gives behind the last hit of the one before, to the end', async () => {
    const run = vi.spyOn(DuckDBConnection.prototype, 'runAndReadAll');
    let fromBlocks = 0;
    let asked = 0;
    for (const [at, sort] of [...SORTS, [{ time: 'desc' }, '_doc']].entries()) {
      const query = QUERIES[[8, 0, 2, 4, 10][at % 5] ?? 0];
      let after: readonly unknown[] | undefined;
      const size = [7, 40, 130][at % 3] ?? 0;
      for (let pages = 0; pages < 60; pages += 1) {
        const body = { query, sort, size, ...(after === undefined ? {} : { search_after: after }) };
        run.mockClear();
        const found = (await answer('a,b', body)) as { hits: readonly { sort: readonly unknown[] }[] };
        asked += 1;
        if (!run.mock.calls.some(([sql]) => sql.includes('_id, '))) fromBlocks += 1;
        expect([body, found]).toEqual([body, await answer('a,b', { ...body, _source: false })]);
        // long numbers are numbers in JSON
        after = found.hits.at(-1)?.sort.map((value) => (typeof value === 'bigint' ? Number(value) : value));
        if (after === undefined) break;
      }
    }
    run.mockRestore();
    expect(fromBlocks / asked).toBeGreaterThan(0.3);
  });

  it('is the same after a restart, and of two indexes', async () => {
    await folder.reopen();
    expect(await checked('a,b')).toBeGreaterThan(0.3);
  });
});
