// local/opensearch/highlight: a search's `highlight` part, read and checked: for each field how its marked passages are cut and shown.
import { tokenOf } from '../request/body-parameters.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { listOf, stringOf } from '../request/request-value.ts';
import { parsingError, RequestError } from '../request/response-error.ts';

export interface HighlightOptions {
  readonly preTag: string;
  readonly postTag: string;
  /** Characters of a passage, more or less; 0 and below: a sentence is one, however long. */
  readonly fragmentSize: number;
  /** Passages of a field; 0: the whole of its values. */
  readonly numberOfFragments: number;
  /** Characters shown of a field without a mark; 0: none. */
  readonly noMatchSize: number;
  /** Only what asks for the field itself marks it. */
  readonly requireFieldMatch: boolean;
  readonly isByScore: boolean;
  readonly isHtml: boolean;
  /** The highlighter asked for, and where it is to end passages: `sentence`, `word` or `chars`. */
  readonly type: string;
  readonly scanner: string;
  /** Instead of the search's own. */
  readonly query: unknown;
}

export interface HighlightField {
  /** A name, or a pattern of names. */
  readonly name: string;
  readonly options: HighlightOptions;
}

export type HighlightRequest = readonly HighlightField[];

type Settings = Partial<Record<(typeof SETTINGS)[number], unknown>>;

const SETTINGS = [
  ...(['pre_tags', 'post_tags', 'fragment_size', 'number_of_fragments', 'no_match_size', 'order', 'type'] as const),
  ...(['require_field_match', 'highlight_query', 'boundary_scanner'] as const),
] as const;
/** Of other highlighters than ours, or about where a text is read from: they change nothing here, nor in OpenSearch. */
const IDLE = ['force_source', 'phrase_limit', 'boundary_max_scan', 'boundary_chars'];
/** What OpenSearch knows besides. */
const UNSUPPORTED = [
  ...['fragmenter', 'fragment_offset', 'matched_fields', 'options', 'boundary_scanner_locale'],
  ...['max_analyzer_offset', 'highlight_filter'],
];
const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value));
const isTags = (value: unknown): boolean =>
  isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));
const FORMS: Readonly<Record<string, (value: unknown) => boolean>> = {
  pre_tags: isTags,
  post_tags: isTags,
  fragment_size: isNumber,
  number_of_fragments: isNumber,
  no_match_size: isNumber,
  order: isText,
  type: isText,
  require_field_match: (value) => [true, false, 'true', 'false'].some((known) => known === value),
  highlight_query: isJsonObject,
  boundary_scanner: (value) => isText(value) && /^(sentence|word|chars)$/i.test(String(value)),
};
const STYLED = '<em class="hlt1">';

export function readHighlight(value: unknown): HighlightRequest {
  if (!isJsonObject(value)) throw parsingError(`Unknown key for a ${tokenOf(value)} in [highlight].`);
  const { fields, encoder, tags_schema: schema, ...common } = value;
  checkSettings(common, 'highlight');
  const isHtml = encoder !== undefined && stringOf(encoder, 'encoder') === 'html';
  const tags = schema === undefined ? {} : tagsOf(stringOf(schema, 'tags_schema'));
  return fieldsOf(fields).map(([name, own]) => {
    checkSettings(own, 'highlight_field');
    return { name, options: optionsOf([own, common, tags], isHtml) };
  });
}

/** One object, or a list of objects with one field each. */
function fieldsOf(fields: unknown): readonly (readonly [string, JsonObject])[] {
  if (fields === undefined) return [];
  const objects = Array.isArray(fields) ? fields : [fields];
  return objects.flatMap((object: unknown) => {
    const members = isJsonObject(object) ? Object.entries(object) : undefined;
    if (members === undefined || (Array.isArray(fields) && members.length !== 1)) throw badFields();
    return members.map(([name, own]) => {
      if (!isJsonObject(own)) throw badFields();
      return [name, own] as const;
    });
  });
}

function badFields(): RequestError {
  return badHighlight(
    '[fields] can be a single object with any number of fields or an array where each entry is an object with a single field',
  );
}

function badHighlight(reason: string): RequestError {
  return new RequestError('x_content_parse_exception', reason);
}

function checkSettings(settings: JsonObject, where: string): void {
  for (const [name, value] of Object.entries(settings)) {
    if (UNSUPPORTED.includes(name))
      throw badHighlight(`[${name}] in [${where}] is not supported by the embedded search engine`);
    if (!IDLE.includes(name) && !SETTINGS.some((known) => known === name))
      throw badHighlight(`[${where}] unknown field [${name}]`);
    const isValue = FORMS[name];
    if (isValue !== undefined && !isValue(value)) throw notParsed(name);
  }
  if (settings['pre_tags'] !== undefined && settings['post_tags'] === undefined)
    throw parsingError('pre_tags are set but post_tags are not set');
}

function tagsOf(schema: string): Settings {
  if (schema !== 'styled' && schema !== 'default') throw badHighlight(`Unknown tag schema [${schema}]`);
  return schema === 'styled' ? { pre_tags: STYLED, post_tags: '</em>' } : { pre_tags: '<em>', post_tags: '</em>' };
}

/** Of several places the first that says something; -1 says nothing. */
function optionsOf(places: readonly Settings[], isHtml: boolean): HighlightOptions {
  const first = (name: keyof Settings): unknown =>
    places.map((place) => place[name]).find((value) => value !== undefined && value !== -1);
  const number = (name: keyof Settings, fallback: number): number => {
    const value = first(name) ?? fallback;
    const whole = Math.trunc(Number(value));
    if (!Number.isSafeInteger(whole)) throw notParsed(name);
    return whole;
  };
  const tag = (name: 'pre_tags' | 'post_tags', fallback: string): string => {
    const [one = ''] = listOf(first(name) ?? fallback);
    return String(one);
  };
  const scanner = String(first('boundary_scanner') ?? 'sentence').toLowerCase();
  const matches = first('require_field_match');
  return {
    type: String(first('type') ?? 'unified'),
    preTag: tag('pre_tags', '<em>'),
    postTag: tag('post_tags', '</em>'),
    fragmentSize: number('fragment_size', 100),
    numberOfFragments: number('number_of_fragments', 5),
    noMatchSize: number('no_match_size', 0),
    requireFieldMatch: matches === undefined || matches === true || matches === 'true',
    isByScore: String(first('order') ?? 'none').toLowerCase() === 'score',
    isHtml,
    scanner,
    query: first('highlight_query'),
  };
}

function notParsed(name: string): RequestError {
  return badHighlight(`[highlight] failed to parse field [${name}]`);
}
