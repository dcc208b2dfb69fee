// api: a bound on how deep a request's JSON nests, checked before anything walks it by recursion.

import { ProblemError } from './problem.ts';

/** Three nested aggregations are eight levels; twice that is nobody's honest request. */
const MAX_JSON_DEPTH = 16;

/** @throws ProblemError `invalid-request` when arrays and objects nest deeper than MAX_JSON_DEPTH. */
export function refuseDeepJson(value: unknown, place: string): void {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_JSON_DEPTH) {
      const message = `nested deeper than ${MAX_JSON_DEPTH} levels`;
      throw new ProblemError('invalid-request', `${place}: ${message}`, { errors: [{ path: place, message }] });
    }
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
}
