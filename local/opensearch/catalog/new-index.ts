// local/opensearch/catalog: what a new index gets: the best composable template under the request's own body.

import { overlayMappings } from '../mapping/mapping.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { namePattern } from '../request/name-pattern.ts';
import { booleanOf, integerOf, listOf, objectOf, onlyKeys, stringOf } from '../request/request-value.ts';
import { illegalArgument, ResponseError, unsupported } from '../request/response-error.ts';
import { timeValueMs } from '../request/time-value.ts';
import type { Alias, Template } from './index-catalog.ts';

export interface NewIndexPlan {
  readonly settings: JsonObject;
  readonly mapping: JsonObject;
  readonly aliases: Map<string, Alias>;
}

export const DEFAULT_TOTAL_FIELDS_LIMIT = 1_000;
const DEFAULT_REFRESH_MS = 1_000;

/** Settings that mean nothing to one table on one machine, and that may stand in a template all the same. */
const ACCEPTED_SETTINGS = [
  ...[
    'number_of_shards',
    'number_of_replicas',
    'auto_expand_replicas',
    'refresh_interval',
    'codec',
    'hidden',
    'gc_deletes',
  ],
  ...[
    'mapping.total_fields.limit',
    'mapping.ignore_malformed',
    'max_result_window',
    'translog.durability',
    'translog.sync_interval',
  ],
  ...[
    'query.default_field',
    'sort.field',
    'sort.order',
    'merge.policy',
    'number_of_routing_shards',
    'plugins.index_state_management.rollover_alias',
  ],
  ...[
    'translog.flush_threshold_size',
    'max_docvalue_fields_search',
    'provided_name',
    'creation_date',
    'uuid',
    'version.created',
    'priority',
  ],
];
const TEMPLATE_KEYS = ['index_patterns', 'template', 'priority', 'version', '_meta', 'composed_of', 'data_stream'];

/** Settings as one flat object with `index.` before each name. */
export function readSettings(json: JsonObject): JsonObject {
  const flat: Record<string, unknown> = {};
  const walk = (value: JsonObject, path: string): void => {
    for (const [key, item] of Object.entries(value)) {
      const full = path === '' ? key : `${path}.${key}`;
      if (isJsonObject(item)) walk(item, full);
      else flat[full.startsWith('index.') ? full : `index.${full}`] = item;
    }
  };
  walk(json, '');
  for (const name of Object.keys(flat)) {
    if (!ACCEPTED_SETTINGS.includes(name.slice('index.'.length)))
      throw new ResponseError(
        400,
        'settings_exception',
        `unknown setting [${name}]: it is not supported by the embedded search engine`,
      );
  }
  if (
    flat['index.mapping.ignore_malformed'] !== undefined &&
    booleanOf(flat['index.mapping.ignore_malformed'], 'ignore_malformed')
  ) {
    throw unsupported('setting [index.mapping.ignore_malformed] true');
  }
  const refresh = flat['index.refresh_interval'];
  if (refresh !== undefined && timeMs(refresh) === undefined)
    throw illegalArgument(
      `failed to parse setting [index.refresh_interval] with value [${String(refresh)}] as a time value: unit is missing or unrecognized`,
    );
  return flat;
}

/** So long a write is out of sight of searches at most; Infinity: until a refresh. */
export function refreshIntervalMsOf(settings: JsonObject): number {
  const interval = settings['index.refresh_interval'];
  return interval === undefined ? DEFAULT_REFRESH_MS : (timeMs(interval) ?? DEFAULT_REFRESH_MS);
}

/** A time as settings have it; undefined where it is none. */
function timeMs(value: unknown): number | undefined {
  const text = String(value).trim();
  if (text === '-1') return Number.POSITIVE_INFINITY;
  if (text === '0') return 0;
  return timeValueMs(text);
}

export function totalFieldsLimitOf(settings: JsonObject): number {
  const limit = settings['index.mapping.total_fields.limit'];
  return limit === undefined ? DEFAULT_TOTAL_FIELDS_LIMIT : integerOf(limit, 'index.mapping.total_fields.limit');
}

export function maxResultWindowOf(settings: JsonObject): number {
  const window = settings['index.max_result_window'];
  return window === undefined ? 10_000 : integerOf(window, 'index.max_result_window');
}

/** Throws where a composable template holds what this engine does not know. */
export function checkTemplate(json: JsonObject): void {
  onlyKeys(json, TEMPLATE_KEYS, 'index_template', 'x_content_parse_exception');
  if (listOf(json['composed_of'] ?? []).length > 0) throw unsupported('[composed_of] in [index_template]');
  if (json['data_stream'] !== undefined) throw unsupported('[data_stream] in [index_template]');
  if (json['index_patterns'] === undefined) throw illegalArgument('index_template misses [index_patterns]');
  const template = json['template'] === undefined ? {} : objectOf(json['template'], 'template');
  onlyKeys(template, ['settings', 'mappings', 'aliases'], 'template');
  readSettings(template['settings'] === undefined ? {} : objectOf(template['settings'], 'settings'));
  readAliases(template['aliases']);
}

export function planNewIndex(name: string, body: JsonObject, templates: readonly Template[]): NewIndexPlan {
  onlyKeys(body, ['settings', 'mappings', 'aliases'], 'create index', 'parse_exception');
  const template = templateFor(name, templates);
  const member = (json: JsonObject, key: string): JsonObject =>
    json[key] === undefined ? {} : objectOf(json[key], key);
  return {
    settings: { ...readSettings(member(template, 'settings')), ...readSettings(member(body, 'settings')) },
    mapping: overlayMappings(member(template, 'mappings'), member(body, 'mappings')),
    aliases: new Map([...readAliases(template['aliases']), ...readAliases(body['aliases'])]),
  };
}

/** The body of the template with the highest priority among those that fit. */
function templateFor(name: string, templates: readonly Template[]): JsonObject {
  let best: JsonObject = {};
  let bestPriority = -1;
  for (const { json } of templates) {
    const priority = priorityOf(json);
    if (priority > bestPriority && patternsOf(json).some((pattern) => namePattern(pattern)(name))) {
      best = json['template'] === undefined ? {} : objectOf(json['template'], 'template');
      bestPriority = priority;
    }
  }
  return best;
}

export function priorityOf(template: JsonObject): number {
  return template['priority'] === undefined ? 0 : integerOf(template['priority'], 'priority');
}

export function patternsOf(template: JsonObject): readonly string[] {
  return listOf(template['index_patterns']).map((pattern) => stringOf(pattern, 'index_patterns'));
}

function readAliases(json: unknown): Map<string, Alias> {
  const aliases = new Map<string, Alias>();
  for (const [name, value] of Object.entries(json === undefined ? {} : objectOf(json, 'aliases'))) {
    checkAliasName(name);
    aliases.set(name, readAlias(objectOf(value, name), name));
  }
  return aliases;
}

const INVALID_ALIAS = /[\\/*?"<>| ,#:]|^[-_+]/;

export function checkAliasName(name: string): void {
  if (name !== '' && !INVALID_ALIAS.test(name)) return;
  throw new ResponseError(
    400,
    'invalid_alias_name_exception',
    `Invalid alias name [${name}]: it must hold none of \\ / * ? " < > | , # : or spaces, nor begin with - _ or +`,
  );
}

export function readAlias(json: JsonObject, name: string): Alias {
  onlyKeys(json, ['is_write_index', 'is_hidden'], `alias ${name}`);
  return {
    isWriteIndex:
      json['is_write_index'] === undefined ? undefined : booleanOf(json['is_write_index'], 'is_write_index'),
  };
}
