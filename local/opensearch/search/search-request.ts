// local/opensearch/search: a search's body and parameters, read and checked.

import { tokenOf } from '../request/body-parameters.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import {
  flagOf,
  floatOf,
  integerOf,
  listOf,
  objectOf,
  onlyKeys,
  onlyMembers,
  stringOf,
} from '../request/request-value.ts';
import { badRequest, illegalArgument, parsingError, ResponseError, unsupported } from '../request/response-error.ts';
import { timeValueMs } from '../request/time-value.ts';
import { type HitChoice, readHitChoice } from './hit-choice.ts';

export interface SearchRequest extends HitChoice {
  readonly query: unknown;
  readonly postFilter: unknown;
  readonly from: number;
  readonly size: number;
  readonly sort: unknown;
  readonly searchAfter: readonly unknown[] | undefined;
  /** Counted exactly up to this number of hits; 0: not counted. */
  readonly trackTotalHits: number;
  readonly totalHitsAsInt: boolean;
  readonly tracksScores: boolean;
  readonly aggregations: JsonObject | undefined;
  readonly pit: { readonly id: string; readonly keepAlive: string | undefined } | undefined;
  readonly minScore: number | undefined;
}

const BODY_KEYS = [
  ...[
    'query',
    'post_filter',
    'from',
    'size',
    'sort',
    'search_after',
    '_source',
    'track_total_hits',
    'track_scores',
    'version',
    'seq_no_primary_term',
    'highlight',
    'docvalue_fields',
    'fields',
    'stored_fields',
    'script_fields',
  ],
  ...['aggs', 'aggregations', 'pit', 'min_score', 'timeout', 'terminate_after', 'explain'],
];
/** Parameters that change nothing here: one shard, no cache, answers are JSON anyway. */
export const IDLE_PARAMETERS = [
  ...[
    'pretty',
    'human',
    'error_trace',
    'preference',
    'request_cache',
    'allow_partial_search_results',
    'batched_reduce_size',
  ],
  ...[
    'max_concurrent_shard_requests',
    'pre_filter_shard_size',
    'typed_keys',
    'timeout',
    'master_timeout',
    'cluster_manager_timeout',
  ],
  ...[
    'wait_for_active_shards',
    'refresh',
    'allow_no_indices',
    'expand_wildcards',
    'ignore_unavailable',
    'filter_path',
    'search_type',
    'format',
  ],
];
const URL_KEYS = [
  'q',
  'df',
  'default_operator',
  'analyze_wildcard',
  'lenient',
  'from',
  'size',
  'sort',
  '_source',
  '_source_includes',
  '_source_excludes',
  'track_total_hits',
  'rest_total_hits_as_int',
  'version',
  'seq_no_primary_term',
  'track_scores',
];
const EVERY_HIT = Number.MAX_SAFE_INTEGER;
const DEFAULT_TRACKED = 10_000;

export function readSearchRequest(body: JsonObject, parameters: ReadonlyMap<string, string>): SearchRequest {
  onlyMembers(body, BODY_KEYS, 'search');
  for (const [name, value] of Object.entries(body))
    if (value === null) throw parsingError(`Unknown key for a ${tokenOf(value)} in [${name}].`);
  checkTimeout(body['timeout']);
  for (const name of parameters.keys()) {
    if (!IDLE_PARAMETERS.includes(name) && !URL_KEYS.includes(name))
      throw unsupported(`parameter [${name}] in [_search]`);
  }
  if (parameters.get('typed_keys') === 'true') throw unsupported('parameter [typed_keys] in [_search]');
  if (parameters.get('filter_path') !== undefined) throw unsupported('parameter [filter_path] in [_search]');
  if (body['terminate_after'] !== undefined && integerOf(body['terminate_after'], 'terminate_after') !== 0)
    throw unsupported('[terminate_after] in [search]');
  if (body['explain'] !== undefined && flagOf(body['explain'], 'explain')) throw unsupported('[explain] in [search]');
  const read = (name: string): unknown => parameters.get(name) ?? body[name];
  const number = (name: string, fallback: number): number =>
    read(name) === undefined
      ? fallback
      : parameters.has(name)
        ? urlInteger(parameters.get(name) ?? '', name)
        : integerOf(read(name), name);
  const flag = (name: string): boolean => read(name) !== undefined && flagOf(read(name), name);
  const from = number('from', 0);
  const size = number('size', 10);
  if (from < 0) throw illegalArgument(`[from] parameter cannot be negative but was [${from}]`);
  if (size < 0) throw illegalArgument(`[size] parameter cannot be negative, found [${size}]`);
  const scripts = body['script_fields'];
  if (scripts !== undefined && (!isJsonObject(scripts) || Object.keys(scripts).length > 0))
    throw unsupported('[script_fields] in [search]');
  const after = body['search_after'];
  if (after !== undefined && !Array.isArray(after)) throw parsingError('[search_after] must be an array');
  if (after !== undefined && from > 0)
    throw illegalArgument('`from` parameter must be set to 0 when `search_after` is used.');
  return {
    ...readHitChoice(body, urlSource(parameters) ?? body['_source'], flag),
    query: urlQuery(parameters) ?? body['query'],
    postFilter: body['post_filter'],
    from,
    size,
    sort: parameters.get('sort') === undefined ? body['sort'] : urlSort(parameters.get('sort') ?? ''),
    searchAfter: after,
    trackTotalHits: trackTotalHitsOf(read('track_total_hits'), flag('rest_total_hits_as_int')),
    totalHitsAsInt: flag('rest_total_hits_as_int'),
    tracksScores: flag('track_scores'),
    aggregations: aggregationsOf(body),
    pit: body['pit'] === undefined ? undefined : pitOf(objectOf(body['pit'], 'pit')),
    minScore: body['min_score'] === undefined ? undefined : floatOf(body['min_score'], 'min_score'),
  };
}

/** What is asked here ends by itself: how long it may take is read only. */
function checkTimeout(value: unknown): void {
  if (value === undefined) return;
  const text = stringOf(value, 'timeout');
  if (text !== '0' && text !== '-1' && timeValueMs(text) === undefined)
    throw badRequest(`failed to parse setting [timeout] with value [${text}] as a time value`);
}

function pitOf(pit: JsonObject): NonNullable<SearchRequest['pit']> {
  onlyKeys(pit, ['id', 'keep_alive'], 'pit', 'x_content_parse_exception');
  if (pit['id'] === undefined) throw badRequest('Required [id]');
  const keepAlive = pit['keep_alive'];
  if (keepAlive !== undefined && (typeof keepAlive !== 'string' || timeValueMs(keepAlive) === undefined))
    throw new ResponseError(
      400,
      'x_content_parse_exception',
      `[pit] failed to parse field [keep_alive]: [${String(keepAlive)}] is no time value`,
    );
  return { id: stringOf(pit['id'], 'pit.id'), keepAlive };
}

function urlInteger(text: string, name: string): number {
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw badRequest(`Failed to parse int parameter [${name}] with value [${text}]`);
}

/** Of both names for them the later one counts, as in OpenSearch; none of them is as if there were no such member. */
function aggregationsOf(body: JsonObject): JsonObject | undefined {
  const name = Object.keys(body).findLast((key) => key === 'aggs' || key === 'aggregations');
  if (name === undefined) return undefined;
  const value = body[name];
  if (!isJsonObject(value)) throw parsingError(`Unknown key for a ${tokenOf(value)} in [${name}].`);
  return Object.keys(value).length === 0 ? undefined : value;
}

function trackTotalHitsOf(value: unknown, asInt: boolean): number {
  if (value === undefined) return asInt ? EVERY_HIT : DEFAULT_TRACKED;
  if (value === true || value === 'true') return EVERY_HIT;
  if (value === false || value === 'false') return 0;
  const limit = integerOf(value, 'track_total_hits');
  if (limit < 0) throw illegalArgument(`[track_total_hits] must be >= 0, got ${limit}`);
  return limit;
}

/** `?q=…` as the query it stands for. */
export function urlQuery(parameters: ReadonlyMap<string, string>): unknown {
  const query = parameters.get('q');
  if (query === undefined) return undefined;
  const clause: Record<string, unknown> = { query };
  const names = {
    df: 'default_field',
    default_operator: 'default_operator',
    analyze_wildcard: 'analyze_wildcard',
    lenient: 'lenient',
  };
  for (const [parameter, key] of Object.entries(names)) {
    if (parameters.has(parameter)) clause[key] = parameters.get(parameter);
  }
  return { query_string: clause };
}

function urlSort(text: string): readonly unknown[] {
  return text.split(',').map((part) => {
    const colon = part.lastIndexOf(':');
    return colon < 0 ? part : { [part.slice(0, colon)]: { order: part.slice(colon + 1) } };
  });
}

export function urlSource(parameters: ReadonlyMap<string, string>): unknown {
  const includes = parameters.get('_source_includes');
  const excludes = parameters.get('_source_excludes');
  if (includes !== undefined || excludes !== undefined) {
    return { includes: listOf(includes ?? []), excludes: listOf(excludes ?? []) };
  }
  return parameters.get('_source');
}
