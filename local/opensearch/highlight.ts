// local/opensearch: a hit's highlights: the words that a query looked for, shown in their sentences.
import type { DuckDBConnection } from '@duckdb/node-api';
import { standardTokensWithPlaces } from '../../lib/query/standard-tokens.ts';
import { rowsOf } from './database.ts';
import type { Field } from './field.ts';
import type { HighlightMark } from './highlight-mark.ts';
import type { HighlightRequest, HighlightSettings } from './highlight-request.ts';
import { numberOf } from './index-catalog.ts';
import { parseJson } from './json-text.ts';
import { namePattern } from './name-pattern.ts';
import { beginningOf, type Passage, passagesOf, VALUE_BREAK, type WordPlace } from './passages.ts';
import { compileQuery } from './query-compiler.ts';
import type { Hit } from './search-hit.ts';
import type { SearchTarget } from './search-target.ts';
import { SqlBinder } from './sql-binder.ts';

export type Highlights = Readonly<Record<string, readonly string[]>>;

/** By the hits' places; hits that show nothing are not in it. */
export async function highlightsOf(
  connection: DuckDBConnection,
  hits: readonly Hit[],
  request: HighlightRequest,
  query: unknown,
  nowMs: number,
): Promise<ReadonlyMap<number, Highlights>> {
  const shown = new Map<number, Highlights>();
  for (const [target, list] of Map.groupBy(hits.entries(), ([, hit]) => hit.target)) {
    const { index } = target;
    const numbers = list.map(([, hit]) => Number(hit.seqNo));
    const texts = index.store.read(numberOf(index.table), numbers);
    const documents = list.map(([at, hit]) => [at, parseJson(texts.get(Number(hit.seqNo)) ?? '{}')] as const);
    for (const [field, settings] of fieldsOf(request, target)) {
      const marks = marksOf(settings.query ?? query, target, nowMs).filter(
        (mark) => !settings.requireFieldMatch || mark.field === field,
      );
      const values = documents.map(([at, document]) => ({ at, words: wordsOf(field, document) }));
      const fits = await fittingWords(connection, marks, new Set(values.flatMap(({ words }) => words.all)));
      for (const { at, words } of values) {
        const snippets = snippetsOf(words, placesOf(words, marks, fits), settings, request.escapesHtml);
        if (snippets.length > 0) shown.set(at, { ...shown.get(at), [field.name]: snippets });
      }
    }
  }
  return shown;
}

/** Each field once, by the first name or pattern that means it; a pattern means texts and keywords. */
function fieldsOf(request: HighlightRequest, { index }: SearchTarget): ReadonlyMap<Field, HighlightSettings> {
  const found = new Map<Field, HighlightSettings>();
  for (const [name, settings] of request.fields) {
    const matches = namePattern(name);
    for (const [path, field] of index.mapping.fields) {
      const isText = field.family === 'text' || (field.family === 'keyword' && field.type !== 'wildcard');
      if (isText && matches(path) && !found.has(field)) found.set(field, settings);
    }
  }
  return found;
}

function marksOf(query: unknown, { index, columns }: SearchTarget, nowMs: number): readonly HighlightMark[] {
  const marks: HighlightMark[] = [];
  if (query !== undefined && query !== null)
    compileQuery(query, { index, columns, nowMs, binder: new SqlBinder(), marks });
  return marks;
}

interface FieldWords {
  /** All values, one behind the other. */
  readonly text: string;
  readonly places: readonly { readonly text: string; readonly start: number; readonly end: number }[];
  readonly all: readonly string[];
}

function wordsOf(field: Field, document: unknown): FieldWords {
  const values = valuesAt(document, field.name.split('.')).filter(
    (value) => field.family === 'text' || field.ignoreAbove === undefined || value.length <= field.ignoreAbove,
  );
  const places: { text: string; start: number; end: number }[] = [];
  let start = 0;
  for (const value of values) {
    const tokens =
      field.family === 'text' ? standardTokensWithPlaces(value) : [{ text: value, start: 0, end: value.length }];
    for (const token of tokens) places.push({ text: token.text, start: start + token.start, end: start + token.end });
    start += value.length + VALUE_BREAK.length;
  }
  return { text: values.join(VALUE_BREAK), places, all: places.map(({ text }) => text) };
}

/** Texts under a path, where lists and dotted names may stand on the way; a subfield has its parent's. */
function valuesAt(value: unknown, path: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return path.length <= 1 ? [String(value)] : [];
  const members = value as Readonly<Record<string, unknown>>;
  return path.flatMap((_, at) => {
    const member = members[path.slice(0, at + 1).join('.')];
    return member === undefined ? [] : valuesAt(member, path.slice(at + 1));
  });
}

/** Which of the words fit each mark's expressions: the database has a matcher that no expression can hold up. */
async function fittingWords(
  connection: DuckDBConnection,
  marks: readonly HighlightMark[],
  words: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const fits = new Map<string, ReadonlySet<string>>();
  for (const mark of marks) {
    if (mark.kind !== 'expression' || fits.has(keyOf(mark))) continue;
    const binder = new SqlBinder();
    const list = binder.texts([...words]);
    const tests = mark.expressions.map((one) => `regexp_full_match(w, ${binder.text(one)}, '${mark.flags}')`);
    const rows = await rowsOf(
      connection,
      binder.statement(`SELECT w FROM (SELECT unnest(${list}) AS w) WHERE ${tests.join(' AND ')}`),
    );
    fits.set(keyOf(mark), new Set(rows.map(([word]) => String(word))));
  }
  return fits;
}

function keyOf(mark: Extract<HighlightMark, { kind: 'expression' }>): string {
  return `${mark.flags} ${mark.expressions.join('\u0000')}`;
}

function placesOf(
  { places }: FieldWords,
  marks: readonly HighlightMark[],
  fits: ReadonlyMap<string, ReadonlySet<string>>,
): readonly WordPlace[] {
  const found = new Map<number, WordPlace>();
  const add = (at: number, term: string): void => {
    const place = places[at];
    if (place !== undefined && !found.has(at)) found.set(at, { start: place.start, end: place.end, term });
  };
  for (const mark of marks) {
    for (const [at, { text }] of places.entries()) {
      if (mark.kind === 'word') {
        if (text === mark.word) add(at, mark.word);
      } else if (mark.kind === 'expression') {
        if (fits.get(keyOf(mark))?.has(text) === true) add(at, keyOf(mark));
      } else if (!mark.isExact) {
        if (mark.words.includes(text)) add(at, text);
      } else if (mark.words.every((word, next) => places[at + next]?.text === word)) {
        for (const [next, word] of mark.words.entries()) add(at + next, word);
      }
    }
  }
  return [...found.values()].sort((left, right) => left.start - right.start);
}

function snippetsOf(
  { text }: FieldWords,
  words: readonly WordPlace[],
  settings: HighlightSettings,
  escapesHtml: boolean,
): readonly string[] {
  const passages = passagesOf(text, words, settings);
  const beginning = passages.length === 0 ? beginningOf(text, settings.noMatchSize) : undefined;
  const all = beginning === undefined ? passages : [beginning];
  return all.map((passage) => snippetOf(text, passage, settings, escapesHtml));
}

function snippetOf(text: string, passage: Passage, settings: HighlightSettings, escapesHtml: boolean): string {
  const encode = escapesHtml ? escapeHtml : (plain: string) => plain;
  const [before = '', after = ''] = [settings.preTags[0], settings.postTags[0]];
  let snippet = '';
  let at = passage.start;
  for (const { start, end: wordEnd } of passage.words) {
    const end = Math.min(wordEnd, passage.end);
    if (start > at) snippet += encode(text.slice(at, start));
    if (end > at) {
      snippet += `${before}${encode(text.slice(Math.max(at, start), end))}${after}`;
      at = end;
    }
  }
  snippet += encode(text.slice(at, Math.max(at, passage.end)));
  return trimmed(snippet.replace(/\u2029$/, ''));
}

/** Without spaces and control characters at both ends; other alphabets' spaces stay. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(start, end);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '"': '&quot;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#x27;',
  '/': '&#x2F;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/["&<>'/]/g, (char) => ENTITIES[char] ?? char);
}
