// local/opensearch/query: patterns asked of one field: wildcards, prefixes, regular expressions, similar words.
import { FLAT_SEPARATOR } from '../mapping/document-fields.ts';
import { queryRefusal } from '../request/response-error.ts';
import { anyText, anyValue, anyWord, type FieldScope, fieldEquals, wordMatches } from './field-test.ts';
import type { FuzzyOptions } from './fuzziness.ts';
import { fuzzyExpression, MAX_FUZZY_LENGTH } from './fuzzy-expression.ts';
import { translateRegexp } from './lucene-regexp.ts';
import { foldedExpression, prefixOf, wildcardExpression } from './pattern.ts';
import { NONE, type Predicate } from './predicate.ts';
import { hasWords } from './word-test.ts';

/** `pattern` may hold `*`, `?` and backslashes. */
export function fieldMatchesWildcard(scope: FieldScope, pattern: string, ignoreCase = false): Predicate {
  requireText(scope, 'wildcard');
  if (scope.field.family === 'text') {
    if (pattern.includes(' ')) return NONE;
    return wordMatches(scope, wildcardExpression(pattern, { any: '[^ ]', ignoreCase }));
  }
  const prefix = ignoreCase ? undefined : prefixOf(pattern);
  if (prefix !== undefined) return startsWith(scope, prefix);
  // This type alone makes the pattern's letters small, whatever alphabet they are of.
  const written = ignoreCase && scope.field.type === 'wildcard' ? pattern.toLowerCase() : pattern;
  const expression = scope.binder.text(wildcardExpression(written, { any: '.', ignoreCase }));
  return anyText(scope, (value) => `regexp_full_match(${value}, ${expression}, 's')`);
}

/**
 * What query_string asks by a pattern of two types is not what it says, and OpenSearch's answer is given all the same: of a
 * flat_object the names of its members, each behind the field's own, and of one of its parts nothing; of a wildcard field
 * its trigrams, two NULs before and behind the value included.
 */
export function fieldMatchesWrittenWildcard(scope: FieldScope, pattern: string): Predicate {
  const { field, binder } = scope;
  if (field.family === 'flat' && scope.flatPath !== undefined) return NONE;
  if (field.type !== 'wildcard' && field.family !== 'flat') return fieldMatchesWildcard(scope, pattern);
  const expression = binder.text(wildcardExpression(pattern, { any: '.' }));
  if (field.family === 'flat') {
    const [own, separator] = [binder.text(`${field.name}.`), binder.text(FLAT_SEPARATOR)];
    return anyValue(
      scope,
      (value) =>
        `len(list_filter(string_split(split_part(${value}, ${separator}, 1), '.'), lambda p: regexp_full_match(${own} || p, ${expression}, 's'))) > 0`,
    );
  }
  const around = 'chr(0) || chr(0)';
  return anyText(scope, (value) => {
    const gram = `substr(${around} || ${value} || ${around}, i, 3)`;
    return `len(list_filter(range(1, length(${value}) + 3), lambda i: regexp_full_match(${gram}, ${expression}, 's'))) > 0`;
  });
}

export function fieldStartsWith(scope: FieldScope, prefix: string, ignoreCase = false): Predicate {
  requireText(scope, 'prefix');
  // As OpenSearch has it for this type: the prefix is a pattern there, unescaped.
  if (scope.field.type === 'wildcard') return fieldMatchesWildcard(scope, `${prefix}*`, ignoreCase);
  if (ignoreCase) {
    const folded = foldedExpression(prefix);
    if (scope.field.family === 'text') return wordMatches(scope, `${folded}[^ ]*`);
    const expression = scope.binder.text(`${folded}.*`);
    return anyText(scope, (value) => `regexp_full_match(${value}, ${expression}, 's')`);
  }
  return startsWith(scope, prefix);
}

function startsWith(scope: FieldScope, prefix: string): Predicate {
  if (scope.field.family === 'text') {
    if (prefix.includes(' ')) return NONE;
    if (prefix !== '' || scope.isForMarks) return hasWords(scope, [prefix], true);
    const bound = scope.binder.text(` ${prefix}`);
    return anyValue(scope, (value) => `contains(${value}, ${bound})`);
  }
  const bound = scope.binder.text(prefix);
  return anyText(scope, (value) => `starts_with(${value}, ${bound})`);
}

export interface PatternOptions {
  readonly ignoreCase?: boolean;
  /** `flags` NONE. */
  readonly isPlain?: boolean;
}

export function fieldMatchesRegexp(scope: FieldScope, pattern: string, options: PatternOptions = {}): Predicate {
  requireText(scope, 'regexp');
  const { ignoreCase = false, isPlain = false } = options;
  const isText = scope.field.family === 'text';
  const alternatives = translateRegexp(pattern, { any: isText ? '[^ ]' : '.', isPlain });
  const flags = ignoreCase ? 'si' : 's';
  const [only] = alternatives;
  // Without classes and quotes nothing in it can step over the space between two words.
  if (isText && alternatives.every((all) => all.length === 1) && !/[[\] "<\\]/.test(pattern)) {
    return wordMatches(scope, `(?:${alternatives.map(([one]) => one).join('|')})`, flags);
  }
  const fits = (value: string): string =>
    alternatives
      .map((all) =>
        all.map((one) => `regexp_full_match(${value}, ${scope.binder.text(one)}, '${flags}')`).join(' AND '),
      )
      .join(' OR ');
  if (only === undefined) return NONE;
  return isText ? anyWord(scope, fits) : anyText(scope, (value) => `(${fits(value)})`);
}

/** Words within a number of edits. */
export function fieldIsLike(scope: FieldScope, text: string, options: FuzzyOptions): Predicate {
  requireText(scope, 'fuzzy');
  if (scope.field.family !== 'flat' || scope.flatPath === undefined) {
    return isLike(scope, text, options.fuzziness(text), options);
  }
  // Lucene compares field, path and value as one term there.
  const edits = options.fuzziness(`${scope.field.name}.${scope.flatPath}=${text}`);
  if (edits === 0) return fieldEquals(scope, text);
  return isLike({ ...scope, flatPath: undefined }, `${scope.flatPath}${FLAT_SEPARATOR}${text}`, edits, options);
}

function isLike(scope: FieldScope, text: string, asked: 0 | 1 | 2, options: FuzzyOptions): Predicate {
  const { field, binder } = scope;
  if (field.type === 'wildcard') {
    throw queryRefusal(
      `Can only use fuzzy queries on keyword and text fields - not on [${field.name}] which is of type [wildcard]`,
    );
  }
  const isText = field.family === 'text';
  const length = [...text].length;
  if (asked === 0 || options.prefixLength >= length) return fieldEquals(scope, text);
  const isWhole = field.family === 'flat' && text.includes(FLAT_SEPARATOR);
  const anywhere = isText ? anyWord : isWhole ? anyValue : anyText;
  if (length > MAX_FUZZY_LENGTH) {
    const bound = binder.text(text);
    const distance = options.transpositions ? 'damerau_levenshtein' : 'levenshtein';
    const start = binder.text([...text].slice(0, options.prefixLength).join(''));
    return anywhere(
      scope,
      (value) =>
        `length(${value}) BETWEEN ${length - asked} AND ${length + asked} AND starts_with(${value}, ${start}) AND ${distance}(${value}, ${bound}) <= ${asked}`,
    );
  }
  const expression = fuzzyExpression({ ...options, text, edits: asked }, isText ? '[^ ]' : '.');
  if (isText && !text.includes(' ')) return wordMatches(scope, expression);
  const bound = binder.text(expression);
  return anywhere(scope, (value) => `regexp_full_match(${value}, ${bound}, 's')`);
}

function requireText(scope: FieldScope, query: string): void {
  const { field } = scope;
  if (field.family === 'text' || field.family === 'keyword' || field.family === 'flat') return;
  throw queryRefusal(
    `Can only use ${query} queries on keyword, text and wildcard fields - not on [${field.name}] which is of type [${field.type}]`,
  );
}
