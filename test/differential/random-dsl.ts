// differential: trees of query clauses by chance, over fields and values of the corpus.
import type { Random } from '../../local/generate/random.ts';
import { queryTextBy, simpleTextBy } from './random-query-text.ts';
import { type PooledField, pick, valueBy } from './value-pool.ts';

type Json = Readonly<Record<string, unknown>>;

const NONE: PooledField = { name: 'none', type: 'keyword', values: [] };
const MINIMUMS = [1, 2, -1, '50%', '-30%', '2<75%', '1<-1 3<50%', 0, '0', 5] as const;

export function queryBy(random: Random, fields: readonly PooledField[], depth = 0): Json {
  const kind = random.uniform();
  if (depth < 3 && kind < 0.3) return { bool: boolBy(random, fields, depth) };
  if (depth < 3 && kind < 0.34) return { constant_score: { filter: queryBy(random, fields, depth + 1) } };
  if (depth < 3 && kind < 0.38)
    return { dis_max: { queries: several(random, () => queryBy(random, fields, depth + 1)) } };
  if (kind < 0.46) return { query_string: queryStringBy(random, fields) };
  if (kind < 0.52) return { simple_query_string: simpleBy(random, fields) };
  if (kind < 0.54) return { match_all: {} };
  return leafBy(random, fields);
}

function boolBy(random: Random, fields: readonly PooledField[], depth: number): Json {
  const body: Record<string, unknown> = {};
  for (const name of ['must', 'filter', 'should', 'must_not'] as const) {
    if (random.chance(name === 'should' ? 0.5 : 0.3))
      body[name] = several(random, () => queryBy(random, fields, depth + 1));
  }
  if (body['should'] !== undefined && random.chance(0.3)) body['minimum_should_match'] = random.pick(MINIMUMS);
  return body;
}

export function queryStringBy(random: Random, fields: readonly PooledField[]): Json {
  const own = (share: number, name: string, value: () => unknown): Json =>
    random.chance(share) ? { [name]: value() } : {};
  return {
    query: queryTextBy(random, fields),
    ...own(0.35, 'default_operator', () => random.pick(['and', 'AND', 'or'] as const)),
    ...own(0.2, 'fields', () => fieldList(random, fields)),
    ...own(0.05, 'lenient', () => random.chance(0.5)),
    ...own(0.05, 'analyze_wildcard', () => true),
    ...own(0.05, 'phrase_slop', () => random.integer(0, 3)),
    ...own(0.05, 'minimum_should_match', () => random.pick(MINIMUMS)),
    ...own(0.04, 'time_zone', () => random.pick(['+05:30', 'Europe/Berlin', '-08:00'] as const)),
    ...own(0.05, 'type', () =>
      random.pick(['best_fields', 'most_fields', 'cross_fields', 'phrase', 'phrase_prefix'] as const),
    ),
    ...own(0.02, 'allow_leading_wildcard', () => false),
  };
}

export function simpleBy(random: Random, fields: readonly PooledField[]): Json {
  return {
    query: simpleTextBy(random, fields),
    ...(random.chance(0.6) ? { fields: fieldList(random, fields) } : {}),
    ...(random.chance(0.4) ? { default_operator: random.pick(['and', 'or'] as const) } : {}),
    ...(random.chance(0.1) ? { minimum_should_match: random.pick(MINIMUMS) } : {}),
    ...(random.chance(0.1) ? { lenient: true } : {}),
  };
}

function fieldList(random: Random, fields: readonly PooledField[]): readonly string[] {
  return several(random, () => {
    const { name } = pick(random, fields, NONE);
    const [first = name] = name.split('.');
    return random.chance(0.1) ? `${first}.*` : random.chance(0.1) ? `${name}^2` : name;
  });
}

function leafBy(random: Random, fields: readonly PooledField[]): Json {
  const field = pick(random, fields, NONE);
  const value = (): unknown => typed(random, field, valueBy(random, field));
  const text = (): string => valueBy(random, field);
  const flag = random.chance(0.25) ? { case_insensitive: true } : {};
  const kind = random.uniform();
  if (kind < 0.16) return { term: { [field.name]: random.chance(0.7) ? value() : { value: value(), ...flag } } };
  if (kind < 0.24) return { terms: { [field.name]: several(random, value) } };
  if (kind < 0.36) return { match: { [field.name]: matchBy(random, text()) } };
  if (kind < 0.46)
    return {
      match_phrase: { [field.name]: { query: text(), ...(random.chance(0.3) ? { slop: random.integer(0, 5) } : {}) } },
    };
  if (kind < 0.5) return { match_phrase_prefix: { [field.name]: { query: text() } } };
  if (kind < 0.53) return { match_bool_prefix: { [field.name]: { query: text() } } };
  if (kind < 0.58) return { multi_match: multiBy(random, fields, text()) };
  if (kind < 0.74) return { range: { [field.name]: rangeBy(random, value) } };
  if (kind < 0.79) return { exists: { field: random.chance(0.2) ? (field.name.split('.')[0] ?? '') : field.name } };
  if (kind < 0.85) return { prefix: { [field.name]: { value: text().slice(0, random.integer(0, 6)), ...flag } } };
  if (kind < 0.91) return { wildcard: { [field.name]: { value: patternOf(random, text()), ...flag } } };
  if (kind < 0.94) return { regexp: { [field.name]: { value: expressionOf(random, text()), ...flag } } };
  if (kind < 0.98) return { fuzzy: { [field.name]: fuzzyBy(random, text()) } };
  return {
    ids: {
      values: several(random, () => `${random.pick(['f', 'h', 'g', 'a', 'p'] as const)}${random.integer(0, 60)}`),
    },
  };
}

/** Numbers and flags as JSON has them, as often as as text. */
function typed(random: Random, { type }: PooledField, text: string): unknown {
  if (random.chance(0.5)) return text;
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  const number = Number(text);
  return /^-?\d+(\.\d+)?$/.test(text) && Number.isFinite(number) && (Number.isSafeInteger(number) || text.includes('.'))
    ? number
    : text;
}

function matchBy(random: Random, query: string): unknown {
  if (random.chance(0.4)) return query;
  return {
    query,
    ...(random.chance(0.5) ? { operator: random.pick(['and', 'or'] as const) } : {}),
    ...(random.chance(0.2) ? { minimum_should_match: random.pick(MINIMUMS) } : {}),
    ...(random.chance(0.2) ? { fuzziness: random.pick(['AUTO', 1, 2, 0] as const) } : {}),
    ...(random.chance(0.1) ? { lenient: true } : {}),
    ...(random.chance(0.1) ? { zero_terms_query: 'all' } : {}),
  };
}

function multiBy(random: Random, fields: readonly PooledField[], query: string): Json {
  return {
    query,
    fields: fieldList(random, fields),
    ...(random.chance(0.5)
      ? {
          type: random.pick([
            'best_fields',
            'most_fields',
            'cross_fields',
            'phrase',
            'phrase_prefix',
            'bool_prefix',
          ] as const),
        }
      : {}),
    ...(random.chance(0.3) ? { operator: 'and' } : {}),
    ...(random.chance(0.5) ? { lenient: true } : {}),
  };
}

function rangeBy(random: Random, value: () => unknown): Json {
  const body: Record<string, unknown> = {};
  if (random.chance(0.75)) body[random.pick(['gt', 'gte'] as const)] = value();
  if (random.chance(0.75)) body[random.pick(['lt', 'lte'] as const)] = value();
  if (random.chance(0.05)) body['time_zone'] = '+02:00';
  return body;
}

function patternOf(random: Random, text: string): string {
  const characters = [...text].slice(0, 20);
  const at = random.integer(0, characters.length);
  return [
    ...characters.slice(0, at),
    random.pick(['*', '?', '**', '\\*'] as const),
    ...characters.slice(at + random.integer(0, 4)),
  ].join('');
}

function expressionOf(random: Random, text: string): string {
  const characters = [...text].slice(0, 12).map((char) => (/[\w ]/.test(char) ? char : `\\${char}`));
  const at = random.integer(0, characters.length);
  return [
    ...characters.slice(0, at),
    random.pick(['.*', '.', '[a-z]*', '(a|b)', '.{1,4}', '~x'] as const),
    ...characters.slice(at + 2),
  ].join('');
}

function fuzzyBy(random: Random, value: string): Json {
  return {
    value,
    ...(random.chance(0.5) ? { fuzziness: random.pick([0, 1, 2, 'AUTO'] as const) } : {}),
    ...(random.chance(0.2) ? { prefix_length: random.integer(0, 3) } : {}),
    ...(random.chance(0.2) ? { transpositions: random.chance(0.5) } : {}),
  };
}

function several<T>(random: Random, make: () => T): readonly T[] {
  return Array.from({ length: random.integer(1, 3) }, make);
}
