// local/opensearch: answers a search: hits in order, their total, their documents.
import type { DuckDBConnection } from '@duckdb/node-api';
import { runAggregations } from './aggregation-run.ts';
import { type Row, rowsOf } from './database.ts';
import type { Index } from './index-catalog.ts';
import { maxResultWindowOf } from './new-index.ts';
import { conditionOf, hasConstantScore, type Predicate, scoreOf } from './predicate.ts';
import { illegalArgument, ResponseError, unsupported } from './response-error.ts';
import { type Hit, hitBody, readDocuments } from './search-hit.ts';
import type { SearchRequest } from './search-request.ts';
import { compileTargets, type SearchTarget, searchFailure } from './search-target.ts';
import { afterCondition, BY_SCORE, orderBy, readSort, type SortKey, sortExpression } from './sort-order.ts';
import { sortValue } from './sort-value.ts';
import { realNumber, SqlBinder } from './sql-binder.ts';

export async function search(
  connection: DuckDBConnection,
  indexes: readonly Index[],
  request: SearchRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const started = performance.now();
  const targets: SearchTarget[] = indexes.map((index, position) => ({
    index,
    columns: index.visibleColumns,
    position,
  }));
  const nowMs = Date.now();
  const keys = ofIndexes(indexes, () => {
    checkWindow(request, indexes);
    return readSort(request.sort, indexes);
  });
  const total = await countTotal(connection, targets, request, nowMs);
  const hits = request.size === 0 ? [] : await findHits(connection, targets, request, keys, nowMs);
  const sources = await readDocuments(connection, hits, request);
  const maxScore = hits.reduce<number | null>(
    (best, hit) => (hit.score === null ? best : Math.max(best ?? 0, hit.score)),
    null,
  );
  const aggregations =
    request.aggregations === undefined
      ? undefined
      : await runAggregations(connection, targets, request.query, request.aggregations, nowMs);
  const shards = { total: targets.length, successful: targets.length, skipped: 0, failed: 0 };
  return {
    ...(request.pitId === undefined ? {} : { pit_id: request.pitId }),
    took: Math.round(performance.now() - started),
    timed_out: false,
    _shards: shards,
    hits: {
      ...(total === undefined ? {} : { total }),
      max_score: maxScore,
      hits: hits.map((hit, at) => hitBody(hit, sources[at])),
    },
    ...(aggregations === undefined ? {} : { aggregations }),
  };
}

/** What the indexes refuse, not the request's form, is the search's failure. */
function ofIndexes<T>(indexes: readonly Index[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    const [index] = indexes;
    throw index !== undefined && error instanceof ResponseError ? searchFailure(error, index) : error;
  }
}

function checkWindow(request: SearchRequest, indexes: readonly Index[]): void {
  for (const index of indexes) {
    const window = maxResultWindowOf(index.settings);
    if (request.from + request.size > window) {
      throw illegalArgument(
        `Result window is too large, from + size must be less than or equal to: [${window}] but was [${request.from + request.size}]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting.`,
      );
    }
  }
}

async function countTotal(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  request: SearchRequest,
  nowMs: number,
): Promise<unknown> {
  if (request.trackTotalHits === 0) {
    compileTargets(targets, request.query, new SqlBinder(), nowMs);
    return request.totalHitsAsInt ? -1 : undefined;
  }
  const count = await countMatches(connection, targets, [request.query, request.postFilter], nowMs, request.minScore);
  if (request.totalHitsAsInt) return count;
  return count > request.trackTotalHits
    ? { value: request.trackTotalHits, relation: 'gte' }
    : { value: count, relation: 'eq' };
}

/** Documents that match all of the queries, the first of them with at least that score. */
export async function countMatches(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  queries: readonly unknown[],
  nowMs: number,
  minScore?: number,
): Promise<number> {
  const binder = new SqlBinder();
  const conditions = targets.map(() => [] as string[]);
  for (const [number, query] of queries.entries()) {
    const hasLeast = number === 0 && minScore !== undefined;
    if ((query === undefined || query === null) && !hasLeast) continue;
    for (const [at, compiled] of compileTargets(targets, query, binder, nowMs).entries()) {
      conditions[at]?.push(conditionOf(compiled.predicate));
      if (hasLeast) conditions[at]?.push(`${scoreSql(compiled.predicate)} >= ${realNumber(minScore)}`);
    }
  }
  const parts = targets.map(
    (target, at) => `SELECT count(*) AS n FROM ${target.index.table} WHERE ${conditions[at]?.join(' AND ') || 'true'}`,
  );
  if (parts.length === 0) return 0;
  const [row] = await rowsOf(connection, binder.statement(`SELECT sum(n)::BIGINT FROM (${parts.join(' UNION ALL ')})`));
  return Number(row?.[0] ?? 0);
}

async function findHits(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  request: SearchRequest,
  keys: readonly SortKey[],
  nowMs: number,
): Promise<Hit[]> {
  if (targets.length === 0) return [];
  const binder = new SqlBinder();
  const compiled = compileTargets(targets, request.query, binder, nowMs);
  const filters =
    request.postFilter === undefined ? undefined : compileTargets(targets, request.postFilter, binder, nowMs);
  const byScore = keys.length === 0;
  const needsScore =
    byScore || request.tracksScores || request.minScore !== undefined || keys.some((key) => key.kind === 'score');
  const order: readonly SortKey[] = byScore ? [BY_SCORE] : keys;
  const selects = compiled.map((target, at) => {
    const score = needsScore ? scoreSql(target.predicate) : 'NULL::DOUBLE';
    const keyOf = (key: SortKey) =>
      ofIndexes([target.index], () =>
        sortExpression(key, target.index, target.columns, score, target.position, binder),
      );
    const columns = order.map((key, index) => `${keyOf(key)} AS k${index}`);
    const filter = filters?.[at];
    const conditions = [
      conditionOf(target.predicate),
      ...(filter === undefined ? [] : [conditionOf(filter.predicate)]),
    ];
    return `SELECT ${target.position} AS ix, _id, _seq, ${score} AS score, ${columns.join(', ')} FROM ${target.index.table} WHERE ${conditions.join(' AND ')}`;
  });
  const conditions: string[] = [];
  if (request.minScore !== undefined) conditions.push(`score >= ${realNumber(request.minScore)}`);
  if (request.searchAfter !== undefined) {
    const [first] = targets;
    if (byScore && first !== undefined)
      throw searchFailure(illegalArgument('Sort must contain at least one field.'), first.index);
    const after = request.searchAfter;
    conditions.push(
      `(${ofIndexes(
        targets.map(({ index }) => index),
        () => afterCondition(order, after, binder),
      )})`,
    );
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const columns = order.map((_, index) => `k${index}`).join(', ');
  const rows = await rowsOf(
    connection,
    binder.statement(
      `SELECT ix, _seq, _id, score, ${columns} FROM (${selects.join(' UNION ALL ')}) ${where} ORDER BY ${orderBy(order)} LIMIT ${request.size} OFFSET ${request.from}`,
    ),
  );
  return rows.map((row) => readHit(row, targets, byScore ? undefined : keys));
}

function scoreSql(predicate: Predicate): string {
  const constant = hasConstantScore(predicate);
  return constant === undefined ? `(${scoreOf(predicate)})::DOUBLE` : realNumber(constant);
}

function readHit(row: Row, targets: readonly SearchTarget[], keys: readonly SortKey[] | undefined): Hit {
  const [position, seqNo, id, score, ...values] = row;
  const target = targets[Number(position)];
  if (target === undefined || typeof seqNo !== 'bigint') throw unsupported('a hit without an index');
  return {
    target,
    seqNo,
    id: String(id),
    score: typeof score === 'number' ? score : null,
    sort: keys?.map((key, index) => sortValue(key, values[index])),
  };
}
