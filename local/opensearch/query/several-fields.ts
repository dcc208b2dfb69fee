// local/opensearch/query: one text looked for in several fields: in the best of them, as a phrase, or as if they were one.

import { RequestError, unsupported } from '../request/response-error.ts';
import { type FieldScope, fieldEquals } from './field-test.ts';
import { NONE, type Predicate } from './predicate.ts';
import { leniently } from './query-scope.ts';
import { fieldHasPhrase, fieldMatches, type MatchOptions, wordsFor, wordsTogether } from './text-test.ts';

export const FIELDS_TYPES = [
  'best_fields',
  'most_fields',
  'cross_fields',
  'phrase',
  'phrase_prefix',
  'bool_prefix',
] as const;
export type FieldsType = (typeof FIELDS_TYPES)[number];

export interface FieldsOptions extends MatchOptions {
  readonly slop: number;
  readonly isLenient: boolean;
}

export function readFieldsType(value: unknown, allowed: readonly FieldsType[] = FIELDS_TYPES): FieldsType {
  if (value === undefined) return 'best_fields';
  const type = FIELDS_TYPES.find((known) => known === String(value).toLowerCase());
  if (type === undefined)
    throw new RequestError('parse_exception', `[type] [${String(value)}] is none of [${allowed.join(', ')}]`);
  if (!allowed.includes(type)) throw unsupported(`[type] [${type}]`);
  return type;
}

/** Undefined: the analyser left nothing of the text, whichever field it is for. */
export function fieldsMatch(
  type: FieldsType,
  fields: readonly FieldScope[],
  text: string,
  options: FieldsOptions,
): Predicate | undefined {
  if (type === 'cross_fields') return crossFields(fields, text, options);
  return bestOf(fields, (field) =>
    leniently(options.isLenient, () => {
      if (type === 'phrase' || type === 'phrase_prefix') {
        return fieldHasPhrase(field, text, { ...options, isPrefix: type === 'phrase_prefix' });
      }
      return fieldMatches(field, text, { ...options, endsInPrefix: type === 'bool_prefix' });
    }),
  );
}

/** The tests of all fields, of which one must hold; undefined where none of them asks for anything. */
export function bestOf(
  fields: readonly FieldScope[],
  compile: (field: FieldScope) => Predicate | undefined,
): Predicate | undefined {
  const compiled: Predicate[] = [];
  let dropped = 0;
  for (const field of fields) {
    const one = compile(field);
    if (one === undefined) dropped += 1;
    else if (one.kind !== 'none') compiled.push(one);
  }
  if (fields.length > 0 && dropped === fields.length) return undefined;
  const [first] = compiled;
  if (first === undefined) return NONE;
  return fields.length === 1 ? first : { kind: 'any', of: compiled, boost: 1 };
}

/** Fields whose words are cut alike are one field: each word may stand in any of them. */
function crossFields(fields: readonly FieldScope[], text: string, options: FieldsOptions): Predicate | undefined {
  const groups = [...Map.groupBy(fields, ({ field }) => field.family === 'text').values()];
  const found: Predicate[] = [];
  for (const group of groups) {
    const [first] = group;
    const words = first === undefined ? [] : wordsFor(first.field, text, options.analyzer);
    const tests = words.map(
      (word): Predicate => ({
        kind: 'any',
        of: group.map((field) => leniently(options.isLenient, () => fieldEquals(field, word)) ?? NONE),
        boost: 1,
      }),
    );
    const [only] = tests;
    if (only !== undefined) found.push(tests.length === 1 ? only : wordsTogether(tests, options, 1));
  }
  const [only] = found;
  if (only === undefined) return fields.length === 0 ? NONE : undefined;
  return found.length === 1 ? only : { kind: 'any', of: found, boost: 1 };
}
