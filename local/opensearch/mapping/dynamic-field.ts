// local/opensearch/mapping: the mapping of a field nobody declared, guessed from its first value as OpenSearch guesses.
import { isJsonObject, type JsonObject } from '../request/json-text.ts';

const DATE_LIKE =
  /^\d{4}(?:-\d{2}(?:-\d{2})?)?(?:T\d{2}(?::\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Undefined where the value says nothing (null, an empty array). */
export function guessMapping(value: unknown): JsonObject | undefined {
  if (Array.isArray(value)) {
    for (const item of value) {
      const guess = guessMapping(item);
      if (guess !== undefined) return guess;
    }
    return undefined;
  }
  if (typeof value === 'string') {
    if (value.length > 9 && DATE_LIKE.test(value)) return { type: 'date' };
    return { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } };
  }
  if (typeof value === 'boolean') return { type: 'boolean' };
  if (typeof value === 'bigint') return { type: 'long' };
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'long' : 'float' };
  if (!isJsonObject(value)) return undefined;
  const properties: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const guess = guessMapping(item);
    if (guess !== undefined) properties[name] = guess;
  }
  return { properties };
}
