// differential: whole searches by chance: any query, in any order, any page of it, any part of its documents.
import type { Random } from '../../local/generate/random.ts';
import { queryBy, queryStringBy, simpleBy } from './random-dsl.ts';
import { type SearchCase, searchCase } from './search-case.ts';
import { searchCorpus } from './search-corpus.ts';
import { type PooledField, pick, pooledFields, valueBy } from './value-pool.ts';

type Json = Readonly<Record<string, unknown>>;

const NONE: PooledField = { name: 'n', type: 'long', values: [] };
/** Hostile documents most of all: they have every type of field, and what breaks what is careless. */
const INDEXES = [
  'flows',
  'flows',
  'flows',
  'hostile',
  'hostile',
  'hostile',
  'hostile',
  'packets',
  'alerts',
  'guessed',
  'flows,alerts',
] as const;

/**
 * OpenSearch 3.8 never answers where the last hit of a full page lacks the date_nanos that is sorted by. Wildcard fields it
 * sorts with the missing ones on the wrong side.
 */
const UNSORTED = new Set(['text', 'match_only_text', 'flat_object', 'flat_part', 'guessed', 'date_nanos', 'wildcard']);

/** The same for the same stream of chances. */
export function randomSearches(random: Random, count: number): readonly SearchCase[] {
  const pools = new Map(searchCorpus().map((index) => [index.name, pooledFields(index)]));
  return Array.from({ length: count }, () => {
    const index = random.pick(INDEXES);
    const [first = [], ...others] = index.split(',').map((name) => pools.get(`diff-${name}`) ?? []);
    // A field that one of several indexes lacks fails that index alone in OpenSearch, and nothing in ours.
    const common = first.filter(({ name }) => others.every((fields) => fields.some((field) => field.name === name)));
    return searchCase(index, bodyBy(random, common, index.includes(',')));
  });
}

/** Which of two indexes comes first among equals depends on their extremes in OpenSearch. */
const LAST_KEY = { field: { name: 'event.id', type: 'keyword', values: [] }, key: { 'event.id': 'asc' } };

function bodyBy(random: Random, fields: readonly PooledField[], isSeveral: boolean): Json {
  const kind = random.uniform();
  const query =
    kind < 0.5
      ? { query_string: queryStringBy(random, fields) }
      : kind < 0.58
        ? { simple_query_string: simpleBy(random, fields) }
        : queryBy(random, fields);
  if (!random.chance(0.3)) return { query };
  const sort = [...sortBy(random, fields), ...(isSeveral ? [LAST_KEY] : [])];
  const source = random.chance(0.3) ? { _source: sourceBy(random, fields) } : {};
  const page = random.chance(0.4)
    ? { size: random.integer(0, 20), ...(random.chance(0.4) ? { from: random.integer(0, 30) } : {}) }
    : {};
  const after =
    random.chance(0.2) && !('from' in page)
      ? {
          search_after: sort.map(({ field }) =>
            field.type === 'keyword' && random.chance(0.05) ? null : valueBy(random, field),
          ),
        }
      : {};
  const tracked = random.chance(0.2) ? { track_total_hits: random.pick([true, false, 5, 50] as const) } : {};
  return { query, sort: sort.map(({ key }) => key), ...source, ...page, ...after, ...tracked };
}

function sortBy(
  random: Random,
  fields: readonly PooledField[],
): readonly { readonly field: PooledField; readonly key: unknown }[] {
  const sortable = fields.filter(({ type }) => !UNSORTED.has(type));
  return Array.from({ length: random.integer(1, 3) }, () => {
    const field = pick(random, sortable, NONE);
    const order = random.pick(['asc', 'desc'] as const);
    if (random.chance(0.5)) return { field, key: { [field.name]: order } };
    const isNumber = !['keyword', 'ip', 'wildcard'].includes(field.type);
    const modes = isNumber ? (['min', 'max', 'avg', 'sum', 'median'] as const) : (['min', 'max'] as const);
    return {
      field,
      key: {
        [field.name]: {
          order,
          ...(random.chance(0.5) ? { missing: random.pick(['_first', '_last'] as const) } : {}),
          ...(random.chance(0.5) ? { mode: pick<string>(random, modes, 'min') } : {}),
        },
      },
    };
  });
}

function sourceBy(random: Random, fields: readonly PooledField[]): unknown {
  const name = (): string => {
    const full = pick(random, fields, NONE).name;
    const kind = random.uniform();
    return kind < 0.5
      ? full
      : kind < 0.7
        ? (full.split('.')[0] ?? full)
        : kind < 0.85
          ? `${full.split('.')[0]}.*`
          : `*${full.slice(-4)}`;
  };
  const some = (): readonly string[] => Array.from({ length: random.integer(1, 3) }, name);
  const kind = random.uniform();
  if (kind < 0.3) return some();
  if (kind < 0.5) return name();
  return kind < 0.8 ? { includes: some(), excludes: some() } : { excludes: some() };
}
