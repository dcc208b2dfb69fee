// local/opensearch/query: analysed texts asked of one field: its words, all or some, or next to each other.
import { standardTokens } from '../../../lib/query/standard-tokens.ts';
import { VALUE_SEPARATOR } from '../database/text-functions.ts';
import { type Field, multiColumn, singleColumn } from '../mapping/field.ts';
import { queryRefusal, type ResponseError } from '../request/response-error.ts';
import { type FieldScope, fieldEquals } from './field-test.ts';
import type { FuzzyOptions } from './fuzziness.ts';
import { marking } from './mark.ts';
import type { MinimumShouldMatch } from './minimum-should-match.ts';
import { fieldIsLike, fieldStartsWith } from './pattern-test.ts';
import { NONE, type Predicate, test } from './predicate.ts';
import { hasWords, wordTests } from './word-test.ts';

export type AnalyzerName = 'standard' | 'keyword';

export interface MatchOptions {
  readonly operator: 'and' | 'or';
  /** Of the words, how many must be there; undefined: by the operator. */
  readonly minimum?: MinimumShouldMatch | undefined;
  /** Words need only be similar. */
  readonly fuzzy?: FuzzyOptions | undefined;
  /** How the text is cut into words; undefined: as the field's own. */
  readonly analyzer?: AnalyzerName | undefined;
  /** The last word need only be the beginning of one. */
  readonly endsInPrefix?: boolean;
}

/** The words of a text as the field's own values are cut. */
export function wordsFor(field: Field, text: string, analyzer?: AnalyzerName): readonly string[] {
  const chosen = analyzer ?? (field.family === 'text' ? 'standard' : 'keyword');
  return chosen === 'standard' ? standardTokens(text) : [text];
}

function isAnalysed(field: Field): boolean {
  return field.family === 'text' || field.family === 'keyword' || field.family === 'flat';
}

/** A text as `match` takes it: analysed for text fields, one value for the others. Undefined: nothing was left of it. */
export function fieldMatches(scope: FieldScope, text: string, options: MatchOptions): Predicate | undefined {
  if (!isAnalysed(scope.field)) {
    if (options.fuzzy !== undefined) throw notFuzzy(scope.field);
    return fieldEquals(scope, text);
  }
  const words = wordsFor(scope.field, text, options.analyzer);
  const plain = { ...scope, boost: 1 };
  const wordTest = (word: string, at: number, of: FieldScope): Predicate => {
    if (options.endsInPrefix === true && at === words.length - 1) {
      return word === '' && of.field.family === 'flat' ? NONE : fieldStartsWith(of, word);
    }
    return options.fuzzy === undefined ? fieldEquals(of, word) : fieldIsLike(of, word, options.fuzzy);
  };
  const [first] = words;
  if (first === undefined) return undefined;
  if (words.length === 1) return wordTest(first, 0, scope);
  return wordsTogether(
    words.map((word, at) => wordTest(word, at, plain)),
    options,
    scope.boost,
  );
}

function notFuzzy({ name, type }: Field): ResponseError {
  return queryRefusal(
    `Can only use fuzzy queries on keyword and text fields - not on [${name}] which is of type [${type}]`,
  );
}

/** Tests of several words as one query of them. */
export function wordsTogether(
  tests: readonly Predicate[],
  { operator, minimum }: Pick<MatchOptions, 'operator' | 'minimum'>,
  boost: number,
): Predicate {
  const isAnd = operator === 'and';
  return {
    kind: 'boolean',
    must: isAnd ? tests : [],
    filter: [],
    should: isAnd ? [] : tests,
    mustNot: [],
    minimumShouldMatch: Math.max(isAnd ? 0 : 1, minimum?.(isAnd ? 0 : tests.length) ?? 0),
    boost,
  };
}

export interface PhraseOptions {
  readonly slop: number;
  /** The last word need only be the beginning of one. */
  readonly isPrefix?: boolean;
  readonly analyzer?: AnalyzerName | undefined;
}

/** A phrase: its words next to each other, in order, or with up to `slop` moves. Undefined: it has no words. */
export function fieldHasPhrase(scope: FieldScope, text: string, options: PhraseOptions): Predicate | undefined {
  const { slop, isPrefix = false } = options;
  if (scope.field.family !== 'text') {
    if (isPrefix) {
      throw queryRefusal(
        `Can only use phrase prefix queries on text fields - not on [${scope.field.name}] which is of type [${scope.field.type}]`,
      );
    }
    return fieldEquals(scope, text);
  }
  const words = wordsFor(scope.field, text, options.analyzer);
  const [first] = words;
  if (first === undefined) return undefined;
  if (scope.isForMarks && (words.length > 1 || isPrefix)) return phraseMarks(scope.field, words, options);
  if (words.length === 1) return isPrefix ? fieldStartsWith(scope, first) : fieldEquals(scope, first);
  if (words.some((word) => word === '' || word.includes(' '))) return test('false', scope.boost);
  if (slop > 0) return hasSloppyPhrase(scope, words, slop, isPrefix);
  return hasWords(scope, words, isPrefix);
}

/** Without places in the index this type's phrases are looked for in the documents, and their words are marked anywhere. */
function phraseMarks(field: Field, words: readonly string[], { slop, isPrefix = false }: PhraseOptions): Predicate {
  const tests = wordTests(words, isPrefix);
  if (field.type !== 'match_only_text') return marking(field.name, tests, { slop });
  return { kind: 'any', of: tests.map((test) => marking(field.name, [test])), boost: 1 };
}

/** Whether all words are there is asked first, in SQL: few rows are left for the function. */
function hasSloppyPhrase(scope: FieldScope, words: readonly string[], slop: number, isPrefix: boolean): Predicate {
  const { binder, columns, field } = scope;
  const whole = isPrefix ? words.slice(0, -1) : words;
  const parts = new Set(whole.map((word) => ` ${word} `));
  if (isPrefix) parts.add(` ${words.at(-1)}`);
  const bounds = [...parts].map((part) => binder.text(part));
  const phrase = binder.text(words.join(' '));
  const near = (value: string): string =>
    `${bounds.map((bound) => `contains(${value}, ${bound})`).join(' AND ')} AND near_phrase(${value}, ${phrase}, ${Math.trunc(slop)}, ${isPrefix})`;
  const conditions: string[] = [];
  if (columns.has(singleColumn(field))) conditions.push(`(${near(singleColumn(field))})`);
  if (columns.has(multiColumn(field))) {
    const values = `array_to_string(${multiColumn(field)}, ${binder.text(VALUE_SEPARATOR)})`;
    conditions.push(`(${multiColumn(field)} IS NOT NULL AND ${near(values)})`);
  }
  return conditions.length === 0 ? { kind: 'none' } : test(conditions.join(' OR '), scope.boost);
}
