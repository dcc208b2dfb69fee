// api: the values of one hit that the next page goes on from.

import type { SearchHit } from '../../lib/opensearch/search-index.ts';
import type { CatalogField } from './api-deps.ts';
import type { CursorValue } from './search-cursor.ts';
import type { SortKey } from './search-request.ts';

/**
 * Where the next page goes on. Times come from the document, not from the sort values: nanoseconds since 1970 do not
 * fit a JSON number, and a rounded one would skip or repeat hits.
 */
export function cursorValues(
  hit: SearchHit,
  sort: readonly SortKey[],
  fields: ReadonlyMap<string, Pick<CatalogField, 'type'>>,
) {
  return sort.map(({ field }, index): CursorValue => {
    const fromSort = hit.sort[index];
    if (fields.get(field)?.type.startsWith('date') !== true) return scalar(fromSort);
    const time = valueAt(hit.source, field);
    return typeof time === 'string' ? time : scalar(fromSort);
  });
}

/** What a missing number sorts as: the ends of 64 bits, which a JSON number rounds to one beyond them. */
const LARGEST = '9223372036854775807';
const SMALLEST = '-9223372036854775808';

function scalar(value: unknown): CursorValue {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && value >= 2 ** 63) return LARGEST;
  if (typeof value === 'number' && value <= -(2 ** 63)) return SMALLEST;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** The value of a dotted name in a document whose objects may be written nested or dotted. */
export function valueAt(source: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(source, name)) return source[name];
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const inner = source[name.slice(0, dot)];
    if (typeof inner === 'object' && inner !== null) {
      const found = valueAt(inner as Readonly<Record<string, unknown>>, name.slice(dot + 1)); // any object of a JSON document
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
