// local/opensearch/search: the indexes a search looks into, and a query compiled for each of them.
import type { Index } from '../catalog/index-catalog.ts';
import type { SqlBinder } from '../database/sql-binder.ts';
import type { Predicate } from '../query/predicate.ts';
import { compileQuery } from '../query/query-compiler.ts';
import { RequestError, ResponseError, responseErrorOf, ShardRefusal } from '../request/response-error.ts';

export interface SearchTarget {
  readonly index: Index;
  readonly columns: ReadonlySet<string>;
  readonly position: number;
}

/** Indexes with the columns that a search that begins now may name. */
export function searchTargets(indexes: readonly Index[]): readonly SearchTarget[] {
  return indexes.map((index, position) => ({ index, columns: index.visibleColumns, position }));
}

export interface CompiledTarget extends SearchTarget {
  readonly predicate: Predicate;
}

export function compileTargets(
  targets: readonly SearchTarget[],
  query: unknown,
  binder: SqlBinder,
  nowMs: number,
  { isForMarks = false }: { readonly isForMarks?: boolean } = {},
): CompiledTarget[] {
  return targets.map((target) => {
    const scope = { index: target.index, columns: target.columns, binder, nowMs, isForMarks };
    try {
      return {
        ...target,
        predicate:
          query === undefined || query === null ? ({ kind: 'all', boost: 1 } as const) : compileQuery(query, scope),
      };
    } catch (error) {
      throw searchFailure(failedQuery(responseErrorOf(error)), target.index);
    }
  });
}

/** Whatever one field refuses, the query could not be made from. */
function failedQuery(error: ResponseError): ResponseError {
  if (error instanceof ShardRefusal) return error;
  if (
    error.status !== 400 ||
    error instanceof RequestError ||
    ['query_shard_exception', 'parse_exception'].includes(error.type)
  )
    return error;
  const cause = { type: error.type, reason: error.message };
  const details = { ...error.details, caused_by: cause };
  return new ResponseError(400, 'query_shard_exception', `failed to create query: ${error.message}`, details);
}

/** An index's refusal as the whole search's, in OpenSearch's two shapes: before any shard was asked, or by all of them. */
export function searchFailure(error: ResponseError, index: Index): ResponseError {
  if (error.status === 404 || error instanceof RequestError || error.type === 'search_phase_execution_exception')
    return error;
  const own = { type: error.type, reason: error.message, ...error.details };
  const cause = { ...own, index: index.name, index_uuid: index.uuid };
  return new ResponseError(error.status, 'search_phase_execution_exception', 'all shards failed', {
    root_cause: [cause],
    phase: 'query',
    grouped: true,
    failed_shards: [{ shard: 0, index: index.name, node: 'embedded', reason: cause }],
    caused_by: { ...own, caused_by: own },
  });
}

/** A refusal that came when the answers of all indexes were put together. */
export function reduceFailure(error: ResponseError): ResponseError {
  const cause = { type: error.type, reason: error.message, ...error.details };
  const shape = { root_cause: [], phase: 'fetch', grouped: true, failed_shards: [], caused_by: cause };
  return new ResponseError(error.status, 'search_phase_execution_exception', '', shape);
}
