import type { DuckDBConnection } from '@duckdb/node-api';
import type { JsonObject } from './json-text.ts';
import { unsupported } from './response-error.ts';
import type { SearchTarget } from './search.ts';
export async function runAggregations(
  _c: DuckDBConnection,
  _t: readonly SearchTarget[],
  _q: unknown,
  _a: JsonObject,
  _n: number,
): Promise<Readonly<Record<string, unknown>>> {
  throw unsupported('aggs');
}
