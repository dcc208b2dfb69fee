// local/opensearch: patterns and analysed texts asked of one field.
import { standardTokens } from '../../lib/query/standard-tokens.ts';
import { anyText, anyValue, type FieldScope, fieldEquals } from './field-test.ts';
import { luceneExpression, prefixOf, wildcardExpression } from './pattern.ts';
import type { Predicate } from './predicate.ts';
import { ResponseError } from './response-error.ts';

export interface MatchOptions {
  readonly operator: 'and' | 'or';
  /** Of the words, how many must be there; undefined: by the operator. */
  readonly minimum?: ((words: number) => number) | undefined;
}

/** A text as `match` takes it: analysed for text fields, one value for the others. Undefined: nothing was left of it. */
export function fieldMatches(scope: FieldScope, text: string, options: MatchOptions): Predicate | undefined {
  if (scope.field.family !== 'text') return fieldEquals(scope, text);
  const words = [...new Set(standardTokens(text))];
  const tests = words.map((word) => hasToken({ ...scope, boost: 1 }, word));
  const [first] = tests;
  if (first === undefined) return undefined;
  if (tests.length === 1) return hasToken(scope, words[0] ?? '');
  const minimum = options.minimum?.(tests.length);
  return {
    kind: 'boolean',
    must: options.operator === 'and' ? tests : [],
    filter: [],
    should: options.operator === 'and' ? [] : tests,
    mustNot: [],
    minimumShouldMatch: options.operator === 'and' ? 0 : Math.max(1, minimum ?? 1),
    boost: scope.boost,
  };
}

/** A phrase: its words next to each other, in order, or with up to `slop` moves. */
export function fieldHasPhrase(scope: FieldScope, text: string, slop: number, isPrefix = false): Predicate | undefined {
  if (scope.field.family !== 'text') return fieldEquals(scope, text);
  const words = standardTokens(text);
  if (words.length === 0) return undefined;
  if (slop > 0 && words.length > 1) return hasSloppyPhrase(scope, words, slop);
  const bound = scope.binder.text(isPrefix ? ` ${words.join(' ')}` : ` ${words.join(' ')} `);
  return anyValue(scope, (value) => `contains(${value}, ${bound})`);
}

function hasToken(scope: FieldScope, word: string): Predicate {
  const bound = scope.binder.text(` ${word} `);
  return anyValue(scope, (value) => `contains(${value}, ${bound})`);
}

/**
 * Lucene's sloppy phrase: there is a place for each word so that the places, each less its number in the phrase, lie
 * within `slop` of each other.
 */
function hasSloppyPhrase(scope: FieldScope, words: readonly string[], slop: number): Predicate {
  const all = words.map((word) => scope.binder.text(` ${word} `));
  return anyValue(scope, (value) => {
    const contained = all.map((bound) => `contains(${value}, ${bound})`).join(' AND ');
    const tokens = `string_split(trim(${value}), ' ')`;
    const positions = words.map((word, index) => {
      const bound = scope.binder.text(word);
      return `list_transform(list_filter(range(1, len(${tokens}) + 1), lambda p: ${tokens}[p] = ${bound}), lambda p: p - ${index})`;
    });
    const starts = `flatten([${positions.join(', ')}])`;
    const near = positions
      .map((list) => `len(list_filter(${list}, lambda q: q >= w AND q <= w + ${Math.trunc(slop)})) > 0`)
      .join(' AND ');
    return `(${contained} AND len(list_filter(${starts}, lambda w: ${near})) > 0)`;
  });
}

/** `pattern` may hold `*`, `?` and backslashes. */
export function fieldMatchesWildcard(scope: FieldScope, pattern: string, ignoreCase = false): Predicate {
  requireText(scope, 'wildcard');
  if (scope.field.family === 'text') {
    const expression = scope.binder.text(` ${wildcardExpression(pattern, '[^ ]')} `);
    return anyValue(scope, (value) => `regexp_matches(${value}, ${expression})`);
  }
  const prefix = ignoreCase ? undefined : prefixOf(pattern);
  if (prefix !== undefined) return fieldStartsWith(scope, prefix);
  const expression = scope.binder.text(wildcardExpression(pattern, '.'));
  return anyText(scope, (value) => `regexp_full_match(${value}, ${expression}, '${ignoreCase ? 'si' : 's'}')`);
}

export function fieldStartsWith(scope: FieldScope, prefix: string, ignoreCase = false): Predicate {
  requireText(scope, 'prefix');
  if (scope.field.family === 'text') {
    const bound = scope.binder.text(` ${prefix}`);
    return anyValue(scope, (value) => `contains(${value}, ${bound})`);
  }
  const bound = scope.binder.text(ignoreCase ? prefix.toLowerCase() : prefix);
  return anyText(scope, (value) => `starts_with(${ignoreCase ? `lower(${value})` : value}, ${bound})`);
}

export function fieldMatchesRegexp(scope: FieldScope, pattern: string, ignoreCase = false): Predicate {
  requireText(scope, 'regexp');
  const expression = scope.binder.text(luceneExpression(pattern));
  const options = ignoreCase ? 'si' : 's';
  if (scope.field.family === 'text') {
    return anyValue(
      scope,
      (value) =>
        `len(list_filter(string_split(trim(${value}), ' '), lambda w: regexp_full_match(w, ${expression}, '${options}'))) > 0`,
    );
  }
  return anyText(scope, (value) => `regexp_full_match(${value}, ${expression}, '${options}')`);
}

/** Words within a number of edits; without one the length decides, as AUTO does. */
export function fieldIsLike(scope: FieldScope, text: string, edits: number | undefined): Predicate {
  requireText(scope, 'fuzzy');
  const isText = scope.field.family === 'text';
  const word = text;
  const length = [...word].length;
  const allowed = edits ?? (length < 3 ? 0 : length < 6 ? 1 : 2);
  if (allowed === 0) return isText ? hasToken(scope, word) : fieldEquals(scope, word);
  const bound = scope.binder.text(word);
  const near = (value: string): string => `damerau_levenshtein(${value}, ${bound}) <= ${allowed}`;
  if (!isText) return anyText(scope, (value) => `(length(${value}) <= ${length + allowed} AND ${near(value)})`);
  return anyValue(scope, (value) => `len(list_filter(string_split(trim(${value}), ' '), lambda w: ${near('w')})) > 0`);
}

function requireText(scope: FieldScope, query: string): void {
  const { field } = scope;
  if (field.family === 'text' || field.family === 'keyword' || field.family === 'flat') return;
  throw new ResponseError(
    400,
    'query_shard_exception',
    `Can only use ${query} queries on keyword, text and wildcard fields - not on [${field.name}] which is of type [${field.type}]`,
  );
}
