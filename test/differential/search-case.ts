// differential: one search that both engines are asked, and how its answers are compared.

type Json = Readonly<Record<string, unknown>>;

export interface SearchCase {
  /** Unique; says what is asked. */
  readonly title: string;
  /** Index name or pattern. */
  readonly index: string;
  /** Of the request; `size` 1000, `sort` by `_doc` order of writing and `track_total_hits` stand unless it says otherwise. */
  readonly body: Json;
  /** The order is part of the answer: it is so wherever the body has its own sort. */
  readonly isOrdered: boolean;
  /** For a refusal: what our message must name. */
  readonly names?: string;
}

const PREFIX = 'diff-';

export function searchCase(index: string, body: Json, options: { title?: string; names?: string } = {}): SearchCase {
  return {
    title: options.title ?? `${index} ${textOf(body)}`,
    index: index
      .split(',')
      .map((name) => `${PREFIX}${name}`)
      .join(','),
    body,
    isOrdered: body['sort'] !== undefined,
    ...(options.names === undefined ? {} : { names: options.names }),
  };
}

export function queryCase(index: string, query: Json, names?: string): SearchCase {
  return searchCase(index, { query }, names === undefined ? {} : { names });
}

/** A query text, under both default operators where the text has more than one clause. */
export function textCases(index: string, text: string, settings: Json = {}, names?: string): readonly SearchCase[] {
  const one = (operator: string | undefined) =>
    queryCase(
      index,
      { query_string: { query: text, ...(operator === undefined ? {} : { default_operator: operator }), ...settings } },
      names,
    );
  const hasSpace = /\s/.test(text.trim());
  return hasSpace && settings['default_operator'] === undefined ? [one(undefined), one('and')] : [one(undefined)];
}

/** JSON that may hold whole numbers beyond 2^53. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}` : item));
}

/** Each text as a query_string, under both operators. */
export const on = (index: string, texts: readonly string[]): readonly SearchCase[] =>
  texts.flatMap((text) => textCases(index, text));

/** Each text with what its refusal must name. */
export const refused = (index: string, texts: readonly (readonly [string, string])[]): readonly SearchCase[] =>
  texts.flatMap(([text, names]) => textCases(index, text, {}, names));

/** Each body as a clause of this name. */
export const each = (
  index: string,
  name: string,
  bodies: readonly Readonly<Record<string, unknown>>[],
): readonly SearchCase[] => bodies.map((body) => queryCase(index, { [name]: body }));
