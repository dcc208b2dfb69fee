// differential: query_string: each piece of its syntax, alone and combined, on fields of each type.
import type { SearchCase } from '../search-case.ts';
import { BOOLEAN, ESCAPES } from './query-string-logic.ts';
import { FUZZY, HOSTILE_PHRASES, PATTERNS, PHRASES } from './query-string-patterns.ts';
import { FLAT, RANGES } from './query-string-ranges.ts';
import { REFUSED, SETTINGS } from './query-string-settings.ts';
import { TERMS, WITHOUT_FIELD } from './query-string-words.ts';

export const QUERY_STRING_CASES: readonly SearchCase[] = [
  ...TERMS,
  ...WITHOUT_FIELD,
  ...PHRASES,
  ...HOSTILE_PHRASES,
  ...PATTERNS,
  ...FUZZY,
  ...RANGES,
  ...FLAT,
  ...BOOLEAN,
  ...ESCAPES,
  ...SETTINGS,
  ...REFUSED,
];
