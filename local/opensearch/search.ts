// local/opensearch: answers a search: hits in order, their total, their documents.
import { BIGINT, type DuckDBConnection } from '@duckdb/node-api';
import { runAggregations } from './aggregation-run.ts';
import { type Row, rowsOf } from './database.ts';
import type { Index } from './index-catalog.ts';
import type { RawJson } from './json-text.ts';
import { maxResultWindowOf } from './new-index.ts';
import { conditionOf, hasConstantScore, type Predicate, scoreOf } from './predicate.ts';
import { compileQuery } from './query-compiler.ts';
import { illegalArgument, ResponseError, responseErrorOf, unsupported } from './response-error.ts';
import type { SearchRequest } from './search-request.ts';
import { afterCondition, orderBy, readSort, type SortKey, sortExpression, sortValue } from './sort-order.ts';
import { realNumber, SqlBinder } from './sql-binder.ts';

export interface SearchTarget {
  readonly index: Index;
  readonly columns: ReadonlySet<string>;
  readonly position: number;
}

interface CompiledTarget extends SearchTarget {
  readonly predicate: Predicate;
}

interface Hit {
  readonly target: SearchTarget;
  readonly rowId: bigint;
  readonly id: string;
  readonly score: number | null;
  readonly sort: readonly unknown[] | undefined;
}

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
  checkWindow(request, indexes);
  const nowMs = Date.now();
  const keys = readSort(request.sort, indexes);
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

export function compileTargets(
  targets: readonly SearchTarget[],
  query: unknown,
  binder: SqlBinder,
  nowMs: number,
): CompiledTarget[] {
  return targets.map((target) => {
    const scope = { index: target.index, columns: target.columns, binder, nowMs };
    try {
      return {
        ...target,
        predicate:
          query === undefined || query === null ? ({ kind: 'all', boost: 1 } as const) : compileQuery(query, scope),
      };
    } catch (error) {
      throw searchFailure(responseErrorOf(error), target.index);
    }
  });
}

/** An index's refusal as the whole search's, in OpenSearch's two shapes: before any shard was asked, or by all of them. */
function searchFailure(error: ResponseError, index: Index): ResponseError {
  if (error.status !== 400 || error.type === 'parsing_exception' || error.type === 'search_phase_execution_exception')
    return error;
  const cause = { type: error.type, reason: error.message, index: index.name, index_uuid: index.uuid };
  return new ResponseError(400, 'search_phase_execution_exception', 'all shards failed', {
    root_cause: [cause],
    phase: 'query',
    grouped: true,
    failed_shards: [{ shard: 0, index: index.name, node: 'embedded', reason: cause }],
  });
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
  const count = await countMatches(connection, targets, [request.query, request.postFilter], nowMs);
  if (request.totalHitsAsInt) return count;
  return count > request.trackTotalHits
    ? { value: request.trackTotalHits, relation: 'gte' }
    : { value: count, relation: 'eq' };
}

/** Documents that match all of the queries. */
export async function countMatches(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  queries: readonly unknown[],
  nowMs: number,
): Promise<number> {
  const binder = new SqlBinder();
  const conditions = targets.map(() => [] as string[]);
  for (const query of queries) {
    if (query === undefined || query === null) continue;
    for (const [at, compiled] of compileTargets(targets, query, binder, nowMs).entries()) {
      conditions[at]?.push(conditionOf(compiled.predicate));
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
  const order: readonly SortKey[] = byScore ? [SCORE_KEY] : keys;
  const selects = compiled.map((target, at) => {
    const score = needsScore ? scoreSql(target.predicate) : 'NULL::DOUBLE';
    const columns = order.map(
      (key, index) => `${sortExpression(key, target.index, target.columns, score, target.position)} AS k${index}`,
    );
    const filter = filters?.[at];
    const conditions = [
      conditionOf(target.predicate),
      ...(filter === undefined ? [] : [conditionOf(filter.predicate)]),
    ];
    return `SELECT ${target.position} AS ix, rowid AS row_number, _id, _seq, ${score} AS score, ${columns.join(', ')} FROM ${target.index.table} WHERE ${conditions.join(' AND ')}`;
  });
  const conditions: string[] = [];
  if (request.minScore !== undefined) conditions.push(`score >= ${realNumber(request.minScore)}`);
  if (request.searchAfter !== undefined) {
    if (byScore) throw illegalArgument('Sort must contain at least one field.');
    conditions.push(`(${afterCondition(order, request.searchAfter, binder)})`);
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const columns = order.map((_, index) => `k${index}`).join(', ');
  const rows = await rowsOf(
    connection,
    binder.statement(
      `SELECT ix, row_number, _id, score, ${columns} FROM (${selects.join(' UNION ALL ')}) ${where} ORDER BY ${orderBy(order)} LIMIT ${request.size} OFFSET ${request.from}`,
    ),
  );
  return rows.map((row) => readHit(row, targets, byScore ? undefined : keys));
}

const SCORE_KEY: SortKey = {
  name: '_score',
  kind: 'score',
  descending: true,
  missing: '_last',
  mode: 'max',
  format: undefined,
  family: 'real',
};

function scoreSql(predicate: Predicate): string {
  const constant = hasConstantScore(predicate);
  return constant === undefined ? `(${scoreOf(predicate)})::DOUBLE` : realNumber(constant);
}

function readHit(row: Row, targets: readonly SearchTarget[], keys: readonly SortKey[] | undefined): Hit {
  const [position, rowId, id, score, ...values] = row;
  const target = targets[Number(position)];
  if (target === undefined || typeof rowId !== 'bigint') throw unsupported('a hit without an index');
  return {
    target,
    rowId,
    id: String(id),
    score: typeof score === 'number' ? score : null,
    sort: keys?.map((key, index) => sortValue(key, values[index])),
  };
}

interface StoredDocument {
  readonly source: RawJson | undefined;
  readonly version: unknown;
  readonly seqNo: unknown;
}

/** Documents are read after the order is known, by row: sorting would drag them along otherwise. */
async function readDocuments(
  connection: DuckDBConnection,
  hits: readonly Hit[],
  request: SearchRequest,
): Promise<StoredDocument[]> {
  const byTarget = Map.groupBy(hits.entries(), ([, hit]) => hit.target);
  const documents: StoredDocument[] = [];
  if (request.source === undefined && !request.withVersion && !request.withSeqNo) return documents;
  for (const [target, list] of byTarget) {
    const slots = new Map(list.map(([slot, hit]) => [hit.rowId, slot]));
    const binder = new SqlBinder();
    const rowIds = binder.list([...slots.keys()], BIGINT);
    const source = request.source === undefined ? 'NULL' : '_source';
    const rows = await rowsOf(
      connection,
      binder.statement(
        `SELECT rowid, ${source}, _version, _seq FROM ${target.index.table} WHERE rowid IN (SELECT unnest(${rowIds}))`,
      ),
    );
    for (const [rowId, text, version, seqNo] of rows) {
      const slot = typeof rowId === 'bigint' ? slots.get(rowId) : undefined;
      if (slot === undefined) continue;
      documents[slot] = {
        source: request.source === undefined ? undefined : request.source(String(text)),
        version: request.withVersion ? version : undefined,
        seqNo: request.withSeqNo ? seqNo : undefined,
      };
    }
  }
  return documents;
}

function hitBody(hit: Hit, document: StoredDocument | undefined): Readonly<Record<string, unknown>> {
  return {
    _index: hit.target.index.name,
    _id: hit.id,
    _version: document?.version,
    _seq_no: document?.seqNo,
    _primary_term: document?.seqNo === undefined ? undefined : 1,
    _score: hit.score,
    _source: document?.source,
    sort: hit.sort,
  };
}
