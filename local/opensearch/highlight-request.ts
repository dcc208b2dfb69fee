// local/opensearch: `highlight` in a search, read: which fields, how long the pieces, what stands around the words.
import type { JsonObject } from './json-text.ts';
import { isJsonObject } from './json-text.ts';
import { booleanOf, integerOf, listOf, objectOf, stringOf } from './request-value.ts';
import { badRequest, RequestError, unsupported } from './response-error.ts';

export interface HighlightSettings {
  readonly preTags: readonly string[];
  readonly postTags: readonly string[];
  readonly fragmentSize: number;
  /** 0: the whole value, in one piece. */
  readonly fragments: number;
  readonly noMatchSize: number;
  readonly requireFieldMatch: boolean;
  readonly isByScore: boolean;
  /** Undefined: the search's own. */
  readonly query: unknown;
}

export interface HighlightRequest {
  /** Names or patterns, in the order given. */
  readonly fields: readonly (readonly [string, HighlightSettings])[];
  readonly escapesHtml: boolean;
}

const FIELD_KEYS = [
  ...['pre_tags', 'post_tags', 'fragment_size', 'number_of_fragments', 'no_match_size', 'require_field_match'],
  ...['order', 'highlight_query', 'type', 'boundary_scanner', 'boundary_scanner_locale', 'max_analyzer_offset'],
];
const DEFAULTS: HighlightSettings = {
  preTags: ['<em>'],
  postTags: ['</em>'],
  fragmentSize: 100,
  fragments: 5,
  noMatchSize: 0,
  requireFieldMatch: true,
  isByScore: false,
  query: undefined,
};

export function readHighlight(value: unknown): HighlightRequest | undefined {
  if (value === undefined) return undefined;
  const body = objectOf(value, 'highlight');
  onlyKnown(body, [...FIELD_KEYS, 'fields', 'encoder'], 'highlight');
  const encoder = body['encoder'] === undefined ? 'default' : stringOf(body['encoder'], 'encoder');
  if (encoder !== 'default' && encoder !== 'html') throw badRequest(`Unknown encoder [${encoder}]`);
  const common = readSettings(body, DEFAULTS);
  const fields = listOf(body['fields'] ?? {}).flatMap((item) => Object.entries(objectOf(item, 'fields')));
  return {
    escapesHtml: encoder === 'html',
    fields: fields.map(([name, settings]) => {
      const own = objectOf(settings, name);
      onlyKnown(own, FIELD_KEYS, `highlight of ${name}`);
      return [name, readSettings(own, common)] as const;
    }),
  };
}

function readSettings(body: JsonObject, common: HighlightSettings): HighlightSettings {
  const number = (name: string, fallback: number): number =>
    body[name] === undefined ? fallback : integerOf(body[name], name);
  const tags = (name: string, fallback: readonly string[]): readonly string[] =>
    body[name] === undefined ? fallback : listOf(body[name]).map((tag) => stringOf(tag, name));
  refuseOthers(body);
  const order = body['order'];
  return {
    preTags: tags('pre_tags', common.preTags),
    postTags: tags('post_tags', common.postTags),
    fragmentSize: number('fragment_size', common.fragmentSize),
    fragments: number('number_of_fragments', common.fragments),
    noMatchSize: number('no_match_size', common.noMatchSize),
    requireFieldMatch:
      body['require_field_match'] === undefined
        ? common.requireFieldMatch
        : booleanOf(body['require_field_match'], 'require_field_match'),
    isByScore: order === undefined ? common.isByScore : stringOf(order, 'order').toLowerCase() === 'score',
    query: isJsonObject(body['highlight_query']) ? body['highlight_query'] : common.query,
  };
}

/** Of the highlighters only the default one is here, with its default places to cut. */
function refuseOthers(body: JsonObject): void {
  const type = body['type'];
  if (type !== undefined && type !== 'unified') throw unsupported(`[type] [${String(type)}] in [highlight]`);
  const scanner = body['boundary_scanner'];
  if (scanner !== undefined && String(scanner).toLowerCase() !== 'sentence')
    throw unsupported(`[boundary_scanner] [${String(scanner)}] in [highlight]`);
  for (const name of ['boundary_scanner_locale', 'max_analyzer_offset']) {
    if (body[name] !== undefined) throw unsupported(`[${name}] in [highlight]`);
  }
}

function onlyKnown(body: JsonObject, known: readonly string[], where: string): void {
  const unknown = Object.keys(body).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new RequestError(
      'x_content_parse_exception',
      `[${unknown}] in [${where}] is not supported by the embedded search engine`,
    );
}
