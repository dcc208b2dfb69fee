// api: turns a checked search request into OpenSearch's `_search` body; every field it names is one the mapping has.

import { suggestFieldName } from '../../lib/query/field-name.ts';
import { prepareQueryString } from '../../lib/query/query-front.ts';
import type { CatalogField, SearchKind } from './api-deps.ts';
import { ProblemError } from './http/problem.ts';
import { eachAggregation, MAX_AGGREGATION_DEPTH, MAX_AGGREGATIONS } from './schema/aggregation-schema.ts';
import type { SearchRequest } from './schema/search-schema.ts';
import { decodeCursor } from './search-cursor.ts';

export const TIME_FIELD = '@timestamp';
/** Unique in its kind: the last sort key, so that no two hits tie and a page never repeats one. */
export const ID_FIELDS = {
  flows: 'event.id',
  packets: 'event.id',
  alerts: 'event.id',
  dumps: 'smartids.dump.id',
} as const satisfies Record<SearchKind, string>;
export const DUMP_FIELD = 'smartids.dump.id';

const MAX_SORT_KEYS = 4;
const SORT_KEY = /^([^:]{1,128})(?::(asc|desc))?$/;
/** Analysed text has no order and no buckets of whole values. */
const UNSORTABLE: ReadonlySet<string> = new Set(['text', 'stored']);

type KindFields = ReadonlyMap<string, CatalogField>;

export interface SortKey {
  readonly field: string;
  readonly order: 'asc' | 'desc';
}

export interface PlannedSearch {
  readonly body: Readonly<Record<string, unknown>>;
  readonly sort: readonly SortKey[];
  /** What the cursor is bound to. */
  readonly identity: unknown;
}

/** `dumpId` keeps the search within one dump. @throws ProblemError or PipelineError `invalid-query` that name the bad part. */
export function planSearch(
  kind: SearchKind,
  request: SearchRequest,
  fields: KindFields,
  dumpId?: string,
): PlannedSearch {
  const sort = parseSort(request.sort ?? `${TIME_FIELD}:desc`, ID_FIELDS[kind], fields);
  const identity = { kind, dumpId, q: request.q ?? '', from: request.from, to: request.to, sort };
  checkAggregations(request, fields);
  const after = request.cursor === undefined ? undefined : decodeCursor(request.cursor, identity);
  if (after !== undefined && after.length !== sort.length) {
    throw refusal('cursor', `has ${after.length} values for ${sort.length} sort keys`);
  }
  const body = {
    query: { bool: { filter: [...dumpClause(dumpId), ...searchClauses(request, fields)] } },
    size: request.size,
    sort: sort.map(({ field, order }) => ({ [field]: { order } })),
    track_total_hits: true,
    ...(request.fields && { _source: sourceFields(request.fields, sort, fields) }),
    ...(after && { search_after: after }),
    ...(request.aggs && { aggs: request.aggs }),
  };
  return { body, sort, identity };
}

/** What the query text and the times ask for, as clauses of a bool filter. @throws as planSearch. */
export function searchClauses(
  request: Pick<SearchRequest, 'q' | 'from' | 'to'>,
  fields: KindFields,
): readonly unknown[] {
  return [...textClause(request, fields), ...timeClause(request)];
}

function dumpClause(dumpId: string | undefined): readonly unknown[] {
  return dumpId === undefined ? [] : [{ term: { [DUMP_FIELD]: dumpId } }];
}

function textClause({ q = '' }: Pick<SearchRequest, 'q'>, fields: KindFields): readonly unknown[] {
  const text = q.trim();
  if (text === '') return [];
  const wildcards = [...fields].filter(([, { leadingWildcard }]) => leadingWildcard === true).map(([name]) => name);
  const query = prepareQueryString(text, {
    knownFields: new Set(fields.keys()),
    leadingWildcardFields: new Set(wildcards),
  });
  return [{ query_string: { query } }];
}

function timeClause({ from, to }: Pick<SearchRequest, 'from' | 'to'>): readonly unknown[] {
  if (from === undefined && to === undefined) return [];
  return [{ range: { [TIME_FIELD]: { ...(from && { gte: from }), ...(to && { lt: to }) } } }];
}

function parseSort(text: string, idField: string, fields: KindFields): readonly SortKey[] {
  const keys = text.split(',').map((part): SortKey => {
    const [, field, order] = SORT_KEY.exec(part.trim()) ?? [];
    if (field === undefined) throw refusal('sort', `"${part}" is not field:asc or field:desc`);
    const known = fields.get(field);
    if (known === undefined) throw unknownField('sort', field, fields);
    if (UNSORTABLE.has(known.type)) throw refusal('sort', `${field} is ${known.type}: it has no order`);
    return { field: known.path, order: order === 'asc' ? 'asc' : 'desc' };
  });
  if (keys.length > MAX_SORT_KEYS) throw refusal('sort', `${keys.length} keys: at most ${MAX_SORT_KEYS} are allowed`);
  if (keys.some(({ field }) => field === idField)) return keys;
  return [...keys, { field: idField, order: keys.at(-1)?.order ?? 'desc' }];
}

function checkAggregations({ aggs }: SearchRequest, fields: KindFields): void {
  if (aggs === undefined) return;
  let count = 0;
  for (const { path, depth, field } of eachAggregation(aggs, 'aggs')) {
    count += 1;
    if (count > MAX_AGGREGATIONS) throw refusal('aggs', `more than ${MAX_AGGREGATIONS} aggregations`);
    if (depth > MAX_AGGREGATION_DEPTH) throw refusal(path, `nested deeper than ${MAX_AGGREGATION_DEPTH}`);
    const known = fields.get(field);
    if (known === undefined) throw unknownField(path, field, fields);
    if (UNSORTABLE.has(known.type)) throw refusal(path, `${field} is ${known.type}: it has no buckets`);
  }
}

/** The asked-for parts; the sort keys come along, because the cursor is made of them. */
function sourceFields(asked: readonly string[], sort: readonly SortKey[], fields: KindFields): readonly string[] {
  for (const name of asked) {
    if (!fields.has(name) && !hasBelow(name, fields)) throw unknownField('fields', name, fields);
  }
  return [...new Set([...asked.map((name) => fields.get(name)?.path ?? name), ...sort.map(({ field }) => field)])];
}

/** `source` stands for every field below it. */
function hasBelow(name: string, fields: KindFields): boolean {
  const prefix = `${name}.`;
  return fields.keys().some((field) => field.startsWith(prefix));
}

function refusal(path: string, message: string): ProblemError {
  return new ProblemError('invalid-request', `${path}: ${message}`, { errors: [{ path, message }] });
}

function unknownField(path: string, field: string, fields: KindFields): ProblemError {
  const meant = suggestFieldName(field, fields.keys());
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return refusal(path, `there is no field "${field}"${hint}`);
}
