// differential: whole indexes walked page by page, by a point in time and what each page's last hit sorts by.
import { encodeJson } from '../../local/opensearch/request/json-text.ts';
import type { DifferentialGroup, RecordedAnswer } from './differential-group.ts';
import { idList } from './id-list.ts';
import { searchCorpus } from './search-corpus.ts';
import type { SearchEngineUnderTest } from './search-engine-under-test.ts';

type Json = Readonly<Record<string, unknown>>;

interface Walk {
  readonly title: string;
  readonly index: string;
  readonly sort: readonly unknown[];
  readonly size: number;
  readonly query: Json;
}

const ALL = { match_all: {} };
const MAX_PAGES = 400;

/** The last key is always one that no two documents share. */
const SORTS: readonly (readonly [string, readonly unknown[]])[] = [
  ['flows', [{ 'event.id': 'asc' }]],
  ['flows', [{ 'destination.port': { order: 'desc', mode: 'min' } }, { 'event.id': 'desc' }]],
  ['flows', [{ 'source.ip': 'asc' }, { 'network.protocol': 'desc' }, { 'event.id': 'asc' }]],
  ['flows', [{ 'network.protocol': { order: 'asc', missing: '_first' } }, { 'event.id': 'asc' }]],
  ['flows', [{ 'smartids.anomaly': { order: 'asc', missing: '_first' } }, { 'event.id': 'asc' }]],
  ['flows', [{ 'smartids.score': { order: 'desc', missing: 0.5 } }, { 'event.id': 'asc' }]],
  ['flows', [{ 'smartids.detection': 'desc' }, { tags: 'asc' }, { 'event.id': 'asc' }]],
  ['packets', [{ 'smartids.packet.ttl': 'desc' }, { 'event.id': 'asc' }]],
  ['hostile', [{ word: 'asc' }, { n: 'asc' }]],
  ['hostile', [{ word: { order: 'desc', missing: '_first' } }, { n: 'desc' }]],
  ['hostile', [{ 'text.keyword': 'asc' }, { n: 'asc' }]],
  ['hostile', [{ long: 'desc' }, { n: 'asc' }]],
  ['hostile', [{ double: { order: 'asc', mode: 'max' } }, { n: 'asc' }]],
  ['hostile', [{ float: 'desc' }, { n: 'asc' }]],
  ['hostile', [{ date: 'asc' }, { n: 'asc' }]],
  ['hostile', [{ ip: { order: 'desc', missing: '_last' } }, { n: 'asc' }]],
  ['hostile', [{ flag: 'asc' }, { byte: 'desc' }, { n: 'asc' }]],
  ['flows,alerts', [{ 'smartids.label': 'asc' }, { 'event.id': 'asc' }]],
];

const walk = (index: string, sort: readonly unknown[], size: number, query: Json = ALL): Walk => ({
  title: `${index} by ${size}: ${encodeJson(sort)} of ${encodeJson(query)}`,
  index: index
    .split(',')
    .map((name) => `diff-${name}`)
    .join(','),
  sort,
  size,
  query,
});

/** OpenSearch 3.8 never answers where the last hit of a full page lacks the date_nanos that is sorted by. */
const dated = (field: string): Json => ({ exists: { field } });

const WALKS: readonly Walk[] = [
  ...SORTS.flatMap(([index, sort], at) => [walk(index, sort, 7 + at), walk(index, sort, 100)]),
  walk('flows', [{ '@timestamp': 'desc' }, { 'event.id': 'asc' }], 8, dated('@timestamp')),
  walk('alerts', [{ 'event.start': 'asc' }, { 'event.id': 'asc' }], 11, dated('event.start')),
  walk('flows', [{ 'event.id': 'asc' }], 5, { query_string: { query: 'password OR quick' } }),
  walk('flows', [{ 'destination.port': 'asc' }, { 'event.id': 'asc' }], 10, { term: { 'network.transport': 'tcp' } }),
  walk('hostile', [{ n: 'desc' }], 3, { match: { text: 'fox' } }),
];

export const PAGING_GROUP: DifferentialGroup<Walk> = {
  name: 'paging',
  cases: WALKS,
  corpus: searchCorpus,
  ask: async (engine, cases) => {
    const answers: RecordedAnswer[] = [];
    for (const asked of cases) answers.push(await walkThrough(engine, asked));
    return answers;
  },
  difference: (_asked, theirs, ours) =>
    encodeJson(theirs) === encodeJson(ours) ? undefined : `theirs ${encodeJson(theirs)}, ours ${encodeJson(ours)}`,
};

async function walkThrough(engine: SearchEngineUnderTest, { index, sort, size, query }: Walk): Promise<RecordedAnswer> {
  const opened = await engine.request('POST', `/${index}/_search/point_in_time?keep_alive=2m`);
  let pit = opened.body['pit_id'];
  const ids: string[] = [];
  let after: unknown;
  let pages = 0;
  for (; pages < MAX_PAGES; pages += 1) {
    const body = { query, sort, size, _source: false, pit: { id: pit, keep_alive: '2m' } };
    const reply = await engine.request(
      'POST',
      '/_search',
      after === undefined ? body : { ...body, search_after: after },
    );
    if (reply.status !== 200) return { status: reply.status, pages, ids: idList(ids) };
    pit = reply.body['pit_id'] ?? pit;
    const { hits } = reply.body['hits'] as { hits: readonly Json[] };
    ids.push(...hits.map((hit) => String(hit['_id'])));
    after = hits.at(-1)?.['sort'];
    if (hits.length < size) break;
  }
  await engine.request('DELETE', '/_search/point_in_time', { pit_id: [pit] });
  return { status: 200, pages, distinct: new Set(ids).size, ids: idList(ids) };
}
