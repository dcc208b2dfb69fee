// support: what OpenSearch Dashboards 3 asks of the index for a saved object, as its `data` plugin makes it (AggConfigs.toDsl, SearchSource).

import type { Aggregation } from '../../local/dashboards/aggregation.ts';
import { SAVED_OBJECTS } from '../../local/dashboards/dashboard-files.ts';
import type { SavedObject } from '../../local/dashboards/saved-object.ts';

type Json = Readonly<Record<string, unknown>>;

export interface IndexRequest {
  readonly index: string;
  readonly body: Json;
}

export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

interface VisState {
  readonly type: string;
  readonly aggs: readonly Aggregation[];
  readonly params: { readonly controls?: readonly Control[] };
}

interface Control {
  readonly fieldName: string;
  readonly indexPatternRefName: string;
  readonly options: { readonly size: number };
}

interface SearchSource {
  readonly query: { readonly query: string; readonly language: string };
  readonly indexRefName: string;
}

export function visState({ attributes }: SavedObject): VisState {
  return JSON.parse(String(attributes['visState'])) as VisState; // our own files
}

export function readSearchSource({ attributes }: SavedObject): SearchSource {
  const { searchSourceJSON } = attributes['kibanaSavedObjectMeta'] as { readonly searchSourceJSON: string };
  return JSON.parse(searchSourceJSON) as SearchSource; // as above
}

/** The index pattern behind a reference. */
export function patternOf(object: SavedObject, referenceName: string): Json {
  const reference = object.references.find(({ name }) => name === referenceName);
  const pattern = SAVED_OBJECTS.find(({ id, type }) => type === 'index-pattern' && id === reference?.id);
  if (pattern === undefined) throw new Error(`${object.id}: ${referenceName} leads to no index pattern`);
  return pattern.attributes;
}

function luceneQuery(query: string): Json {
  if (query.trim() === '') return { match_all: {} };
  return { query_string: { query, analyze_wildcard: true, time_zone: 'Etc/UTC' } };
}

function boolQuery(must: readonly Json[], filter: readonly Json[], mustNot: readonly Json[] = []): Json {
  return { bool: { must, filter, should: [], must_not: mustNot } };
}

const STEPS: readonly (readonly [ms: number, interval: Json])[] = [
  [1_000, { fixed_interval: '1s' }],
  [5_000, { fixed_interval: '5s' }],
  [10_000, { fixed_interval: '10s' }],
  [30_000, { fixed_interval: '30s' }],
  [60_000, { calendar_interval: '1m' }],
  [300_000, { fixed_interval: '5m' }],
  [3_600_000, { calendar_interval: '1h' }],
  [10_800_000, { fixed_interval: '3h' }],
  [86_400_000, { calendar_interval: '1d' }],
  [604_800_000, { calendar_interval: '1w' }],
  [2_592_000_000, { calendar_interval: '1M' }],
];
/** `histogram:barTarget`. */
const BAR_TARGET = 50;

function autoInterval({ from, to }: TimeRange): Json {
  const wanted = (Date.parse(to) - Date.parse(from)) / BAR_TARGET;
  return (STEPS.find(([ms]) => ms >= wanted) ?? [0, { calendar_interval: '1y' }])[1];
}

interface FilterInput {
  readonly input: { readonly query: string };
  readonly label: string;
}

function own({ type, params }: Aggregation, fieldType: string, range: TimeRange): Json {
  const { field } = params;
  switch (type) {
    case 'terms':
      return {
        terms: {
          field,
          size: params['size'],
          ...(params['missingBucket'] === true && fieldType === 'string' && { missing: '__missing__' }),
        },
      };
    case 'date_histogram':
      return { date_histogram: { field, ...autoInterval(range), time_zone: 'Etc/UTC', min_doc_count: 1 } };
    case 'histogram':
      return { histogram: { field, interval: params['interval'], min_doc_count: 1 } };
    case 'range':
      return { range: { field, ranges: params['ranges'], keyed: true } };
    case 'filters': {
      const inputs = params['filters'] as readonly FilterInput[];
      const named = inputs.map(({ input, label }) => [label, boolQuery([luceneQuery(input.query)], [])]);
      return { filters: { filters: Object.fromEntries(named) } };
    }
    case 'std_dev':
      return { extended_stats: { field } };
    case 'count':
      throw new Error('a count is asked for by nothing');
    default:
      return { [type]: { field } };
  }
}

type FieldTypeOf = (field: string) => string;

/** One aggregation with its order, and what it is ordered by as a part of it. */
function one(aggregation: Aggregation, all: readonly Aggregation[], typeOf: FieldTypeOf, range: TimeRange): Json {
  const dsl = own(aggregation, typeOf(String(aggregation.params['field'])), range);
  if (aggregation.type !== 'terms') return dsl;
  const by = all.find(({ id }) => id === aggregation.params['orderBy']);
  const direction = aggregation.params['order'];
  if (by === undefined) throw new Error(`ordered by ${String(aggregation.params['orderBy'])}, which is not there`);
  const order = { [by.type === 'count' ? '_count' : by.id]: direction };
  const terms = { ...(dsl['terms'] as Json), order };
  return by.type === 'count' ? { terms } : { terms, aggs: { [by.id]: one(by, all, typeOf, range) } };
}

/** Buckets one within the other, metrics in the innermost; in rings also in every outer one. */
export function aggregationRequest(state: VisState, typeOf: FieldTypeOf, range: TimeRange): Json {
  const isMetric = ({ schema }: Aggregation) => schema === 'metric';
  const metrics = state.aggs.filter((each) => isMetric(each) && each.type !== 'count');
  const inner = Object.fromEntries(metrics.map((each) => [each.id, one(each, state.aggs, typeOf, range)]));
  const buckets = state.aggs.filter((each) => !isMetric(each));
  return buckets.reduceRight<Json>((within, bucket, i) => {
    const dsl = one(bucket, state.aggs, typeOf, range);
    const isLast = i === buckets.length - 1;
    const also = isLast || state.type === 'pie' ? inner : {};
    const aggs = { ...(dsl['aggs'] as Json | undefined), ...also, ...(isLast ? {} : within) };
    return { [bucket.id]: Object.keys(aggs).length === 0 ? dsl : { ...dsl, aggs } };
  }, inner);
}

/** What Dashboards adds to every search. */
const ABOUT_HITS = { stored_fields: ['*'], script_fields: {}, docvalue_fields: [], _source: { excludes: [] } };

function searched(object: SavedObject, range: TimeRange) {
  const { query, indexRefName } = readSearchSource(object);
  const { title, timeFieldName } = patternOf(object, indexRefName);
  const time =
    timeFieldName === undefined
      ? []
      : [
          {
            range: { [String(timeFieldName)]: { gte: range.from, lte: range.to, format: 'strict_date_optional_time' } },
          },
        ];
  // Discover shows the moment of a hit by it, not by what the document says.
  const dates = timeFieldName === undefined ? [] : [{ field: String(timeFieldName), format: 'date_time' }];
  return { index: String(title), query: boolQuery([luceneQuery(query.query)], time), dates };
}

function controlRequests(object: SavedObject, list: readonly Control[]): readonly IndexRequest[] {
  return list.map(({ fieldName, indexPatternRefName, options }) => ({
    index: String(patternOf(object, indexPatternRefName)['title']),
    body: {
      ...{ size: 0, ...ABOUT_HITS, query: boolQuery([], []) },
      aggs: { termsAgg: { terms: { field: fieldName, size: options.size, order: { _count: 'desc' } } } },
    },
  }));
}

/** Every request that the object makes by itself; none for words, index patterns and dashboards. */
export function indexRequests(object: SavedObject, typeOf: FieldTypeOf, range: TimeRange): readonly IndexRequest[] {
  if (object.type === 'search') {
    const { index, query, dates } = searched(object, range);
    const [[sorted = '', direction] = []] = object.attributes['sort'] as readonly (readonly string[])[];
    const sort = [{ [sorted]: { order: direction, unmapped_type: 'boolean' } }];
    const highlight = { pre_tags: ['@hl@'], post_tags: ['@/hl@'], fields: { '*': {} }, fragment_size: 2_147_483_647 };
    return [
      { index, body: { ...ABOUT_HITS, docvalue_fields: dates, version: true, size: 500, query, sort, highlight } },
    ];
  }
  if (object.type !== 'visualization') return [];
  const state = visState(object);
  if (state.type === 'input_control_vis') return controlRequests(object, state.params.controls ?? []);
  if (state.type === 'markdown') return [];
  const { index, query } = searched(object, range);
  const aggs = aggregationRequest(state, typeOf, range);
  return [{ index, body: { ...ABOUT_HITS, size: 0, track_total_hits: true, query, aggs } }];
}
