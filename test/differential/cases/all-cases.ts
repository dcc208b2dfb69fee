// differential: every listed case, once each.
import type { SearchCase } from '../search-case.ts';
import { DSL_CASES } from './dsl-queries.ts';
import { QUERY_STRING_CASES } from './query-string.ts';
import { REQUEST_CASES } from './search-requests.ts';

export const LISTED_CASES: readonly SearchCase[] = [
  ...new Map([...QUERY_STRING_CASES, ...DSL_CASES, ...REQUEST_CASES].map((one) => [one.title, one])).values(),
];
