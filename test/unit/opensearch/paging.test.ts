// Pages of many hits: what is left unread must not be missed, whatever is equal or missing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SearchEngine, startSearchEngine } from '../../../local/opensearch/server.ts';
import { searchEngineAt } from '../../differential/search-engine-under-test.ts';

const DOCUMENTS = 1_500;
const PAGE = 83;

interface Hit {
  readonly _id: string;
  readonly sort: readonly unknown[];
}

describe('pages of a search with many hits', () => {
  let engine: SearchEngine;
  const numbers = Array.from({ length: DOCUMENTS }, (_, at) => (at % 7 === 0 ? undefined : ((at * 7_919) % 101) - 50));

  const send = async (path: string, body: unknown) =>
    (await searchEngineAt(engine.endpoint).request('POST', path, body)).body;

  beforeAll(async () => {
    engine = await startSearchEngine({ file: ':memory:', host: '127.0.0.1', port: 0, memoryLimitMiB: 128, threads: 2 });
    for (const part of [0, 1]) {
      const lines = numbers.flatMap((number, at) =>
        at % 2 === part
          ? [`{"index":{"_index":"p-${part}","_id":"${at}"}}`, JSON.stringify({ number, at, word: `w${at % 3}` })]
          : [],
      );
      await send('/_bulk?refresh=true', `${lines.join('\n')}\n`);
    }
  });
  afterAll(() => engine.close());

  for (const order of ['asc', 'desc'] as const) {
    it(`give every document once, in order, ${order}`, async () => {
      const sign = order === 'asc' ? 1 : -1;
      const expected = numbers
        .map((number, at) => ({ number, at }))
        .filter(({ at }) => at % 3 !== 2)
        .sort((left, right) => {
          if (left.number === undefined || right.number === undefined)
            return Number(left.number === undefined) - Number(right.number === undefined) || left.at - right.at;
          return sign * (left.number - right.number) || left.at - right.at;
        });
      const query = { terms: { 'word.keyword': ['w0', 'w1'] } };
      const sort = [{ number: order }, { at: 'asc' }];
      const deep: string[] = [];
      const after: string[] = [];
      for (let last: readonly unknown[] | undefined; ; ) {
        const { hits } = (await send('/p-*/_search', {
          ...{ query, sort, size: PAGE },
          ...(last === undefined ? {} : { search_after: last }),
        })) as { hits: { total: { value: number }; hits: Hit[] } };
        expect(hits.total.value).toBe(expected.length);
        if (hits.hits.length === 0) break;
        after.push(...hits.hits.map(({ _id }) => _id));
        last = hits.hits.at(-1)?.sort;
      }
      for (let from = 0; from < expected.length; from += PAGE) {
        const { hits } = (await send('/p-*/_search', { query, sort, size: PAGE, from })) as { hits: { hits: Hit[] } };
        deep.push(...hits.hits.map(({ _id }) => _id));
      }
      const ids = expected.map(({ at }) => String(at));
      expect(after).toEqual(ids);
      expect(deep).toEqual(ids);
    });
  }
});
