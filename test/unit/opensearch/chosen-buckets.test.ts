// Buckets that the engine chooses itself, below few documents, are those that DuckDB's ranking chooses below many: the same
// documents are aggregated alone and beside others that lie in buckets of their own.
import { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EngineInFolder } from '../../support/engine-in-folder.ts';

const DAY_MS = 86_400_000;
const FEW = 900;
const MANY = 3_000;
const NAMES = ['b', 'B', 'a', 'ä', '\uffff', '😀', 'aa', '', 'z\u0000', 'ab'];

function documentOf(number: number): Readonly<Record<string, unknown>> {
  const name = NAMES[(number * number) % 10];
  return {
    name,
    names: number % 3 === 0 ? [name, NAMES[number % 7]] : name,
    address: `10.0.${number % 3}.${(number * 7) % 11}`,
    count: (number * 13) % 17,
    ...(number % 4 === 0 ? {} : { real: ((number * 5) % 9) / 4 - 1 }),
    isOdd: number % 2 === 1,
  };
}

const TERMS = [
  { field: 'name', size: 3 },
  { field: 'name', size: 4, order: { _key: 'desc' } },
  { field: 'name', size: 2, order: [{ _count: 'asc' }, { _key: 'desc' }] },
  { field: 'name', size: 3, order: { 'bytes.value': 'desc' } },
  { field: 'name', min_doc_count: 30, size: 5 },
  { field: 'name', missing: 'none', exclude: 'a.*' },
  { field: 'names', size: 4 },
  { field: 'address', size: 5 },
  { field: 'real', size: 3 },
  { field: 'real', missing: -0.5, order: { _key: 'asc' }, size: 2 },
  { field: 'isOdd' },
  { field: 'count', size: 1, shard_size: 1 },
];
const BELOW: readonly Readonly<Record<string, unknown>>[] = [
  ...TERMS.map((terms) => ({ terms, aggs: { bytes: { sum: { field: 'count' } } } })),
  ...TERMS.map((terms) => ({
    terms,
    aggs: { bytes: { sum: { field: 'count' } }, deep: { terms: { field: 'address', size: 2 } } },
  })),
  { multi_terms: { terms: [{ field: 'name' }, { field: 'count' }], size: 6 } },
  { histogram: { field: 'count', interval: 4 }, aggs: { deep: { terms: { field: 'name', size: 2 } } } },
  { range: { field: 'count', ranges: [{ to: 5 }, { from: 3, to: 9 }] }, aggs: { m: { max: { field: 'real' } } } },
  { missing: { field: 'real' }, aggs: { deep: { terms: { field: 'names', size: 3 } } } },
  { filters: { filters: { odd: { term: { isOdd: true } }, all: { match_all: {} } } } },
];

interface Bucketed {
  readonly aggregations: {
    readonly day: { readonly buckets: readonly { readonly key: number; readonly beside?: unknown }[] };
  };
}

describe('the first buckets below few documents', () => {
  let folder: EngineInFolder;
  beforeAll(async () => {
    folder = await EngineInFolder.open();
    const keyword = { type: 'keyword' };
    const properties = {
      ...{ time: { type: 'date' }, name: keyword, names: keyword, address: { type: 'ip' } },
      ...{ count: { type: 'long' }, real: { type: 'double' }, isOdd: { type: 'boolean' } },
    };
    for (const index of ['few', 'many']) await folder.send('PUT', [index], { mappings: { properties } });
    const documents = (from: number, to: number, day: number): [string, unknown][] =>
      Array.from({ length: to - from }, (_, at) => [
        `id ${from + at}`,
        { ...documentOf(from + at), time: (day + ((from + at) % 3)) * DAY_MS + from + at },
      ]);
    for (const index of ['few', 'many']) await folder.write(index, documents(0, FEW, 0));
    await folder.write('many', documents(FEW, FEW + MANY, 10));
    await folder.send('POST', ['_refresh']);
  });
  afterAll(() => folder.remove());

  it.each(BELOW)('are those below many: %j', async (below) => {
    const run = vi.spyOn(DuckDBConnection.prototype, 'runAndReadAll');
    // with another beside it the level is asked for by itself
    const ask = async (index: string, beside: 'alone' | 'two'): Promise<readonly unknown[]> => {
      run.mockClear();
      const aggs = beside === 'alone' ? { below } : { below, beside: { missing: { field: 'time' } } };
      const day = { date_histogram: { field: 'time', fixed_interval: '1d' }, aggs };
      const answer = await folder.send('POST', [index, '_search'], { size: 0, track_total_hits: true, aggs: { day } });
      expect(answer['hits']).toMatchObject({ total: { value: index === 'few' ? FEW : FEW + MANY } });
      // every answer of a search is an object of this form
      return (answer as unknown as Bucketed).aggregations.day.buckets
        .filter(({ key }) => key < 5 * DAY_MS)
        .map(({ beside: _, ...bucket }) => bucket);
    };
    const ranks = (): boolean => run.mock.calls.some(([sql]) => sql.includes('row_number()'));
    const alone = await ask('few', 'alone');
    const few = await ask('few', 'two');
    const chooses = !ranks();
    const many = await ask('many', 'two');
    const isRanked = ranks();
    run.mockRestore();
    expect(few.length).toBe(3);
    expect(few).toEqual(many.slice(0, 3));
    expect(alone).toEqual(few);
    const isPlain = !JSON.stringify(below).includes('bytes.value') && !('min_doc_count' in Object(below['terms']));
    if ('terms' in below) expect({ isRanked, chooses }).toEqual({ isRanked: true, chooses: isPlain });
  });
});
