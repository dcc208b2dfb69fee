// local/opensearch/search: answers a search: hits in order, their total, their documents.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Answer } from '../aggregation/plan.ts';
import { runAggregations } from '../aggregation/run.ts';
import type { Index } from '../catalog/index-catalog.ts';
import { maxResultWindowOf } from '../catalog/new-index.ts';
import { type Row, rowsOf } from '../database/database.ts';
import { realNumber, SqlBinder } from '../database/sql-binder.ts';
import { tableCondition } from '../query/candidate-rows.ts';
import { illegalArgument, ResponseError, unsupported } from '../request/response-error.ts';
import { isOneOf } from '../value/row-set-condition.ts';
import { hitBodies } from './hit-bodies.ts';
import { checkHitChoice } from './hit-choice.ts';
import { type LeadPlan, type LeadRows, leadHits, MAX_WHOLE, planLead, readLead } from './lead-hits.ts';
import type { Hit } from './search-hit.ts';
import { findMatches, type Matches, scoreSql } from './search-matches.ts';
import type { SearchRequest } from './search-request.ts';
import { type CompiledTarget, compileTargets, type SearchTarget, searchFailure } from './search-target.ts';
import { cutoffConditions, leadColumns } from './sort-cutoff.ts';
import { afterCondition, BY_SCORE, orderBy, readSort, type SortKey, sortExpression } from './sort-order.ts';
import { sortValue } from './sort-value.ts';

export async function search(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  request: SearchRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const started = performance.now();
  const indexes = targets.map(({ index }) => index);
  const nowMs = Date.now();
  const keys = ofIndexes(indexes, () => {
    checkWindow(request, indexes);
    checkHitChoice(request);
    const sorted = readSort(request.sort, indexes);
    if (request.searchAfter !== undefined) {
      refuseWildcards(sorted, indexes);
      if (sorted.length > 0) afterCondition(sorted, request.searchAfter, new SqlBinder());
    }
    return sorted;
  });
  const told = await tellMatches(connection, targets, request, nowMs);
  const asked = request.size === 0 ? undefined : askedOf(targets, request, nowMs);
  const { hits, matches } =
    asked === undefined
      ? { hits: [], matches: told?.matches ?? (await readMatches(connection, targets, request, { nowMs })) }
      : await findPage(connection, targets, request, { asked, keys, nowMs });
  const bodies = await hitBodies(connection, hits, request, { targets, query: request.query, nowMs });
  const maxScore = hits.reduce<number | null>(
    (best, hit) => (hit.score === null ? best : Math.max(best ?? 0, hit.score)),
    null,
  );
  const aggregations =
    told?.answer ??
    (request.aggregations === undefined
      ? undefined
      : (await runAggregations(connection, targets, request.query, request.aggregations, nowMs)).answer);
  const shards = { total: targets.length, successful: targets.length, skipped: 0, failed: 0 };
  return {
    ...(request.pit === undefined ? {} : { pit_id: request.pit.id }),
    took: Math.round(performance.now() - started),
    timed_out: false,
    _shards: shards,
    hits: {
      ...totalOf(matches, request),
      max_score: maxScore,
      hits: bodies,
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

/** OpenSearch sorts by such fields and cannot go on after one of their values. */
function refuseWildcards(keys: readonly SortKey[], indexes: readonly Index[]): void {
  const isWildcard = ({ name }: SortKey) =>
    indexes.some(({ mapping }) => mapping.fields.get(name)?.type === 'wildcard');
  const key = keys.find(isWildcard);
  if (key !== undefined) throw illegalArgument(`[search_after] cannot follow [${key.name}] of type [wildcard]`);
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

/** Where only aggregations are asked for: they often count the documents by the way. */
async function tellMatches(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  request: SearchRequest,
  nowMs: number,
): Promise<{ readonly answer: Answer; readonly matches: Matches | undefined } | undefined> {
  const { aggregations, query, size, postFilter, minScore, trackTotalHits } = request;
  if (aggregations === undefined || size > 0 || trackTotalHits === 0) return undefined;
  if ((postFilter !== undefined && postFilter !== null) || minScore !== undefined) return undefined;
  // what is wrong with the query is said first
  compileTargets(targets, query, new SqlBinder(), nowMs);
  const { answer, documents } = await runAggregations(connection, targets, query, aggregations, nowMs);
  return { answer, matches: documents === undefined ? undefined : { count: documents, seqNos: undefined } };
}

/** Where what was looked up leaves no more rows all hits are read at once: counting them first would be looking twice. */
const READ_AT_ONCE = 128;

/** What the hits must be, compiled. */
interface Asked {
  readonly binder: SqlBinder;
  readonly compiled: readonly CompiledTarget[];
  /** A target's each. */
  readonly conditions: readonly string[];
  /** The same in parts that have no row in common. */
  readonly parts: readonly (readonly string[])[];
  /** Every row is tested by comparisons alone: looking twice costs less than gathering what is found. */
  readonly isQuick: boolean;
  /** As far as is known; at most so many rows have them, of all targets together. */
  readonly most: number;
}

/** What costs more than a comparison for each row; bits of rows that were looked up do not. */
const A_FUNCTION = /(?<!\b(?:get_bit|greatest|least))(?<=[a-z_])\(/;

function askedOf(targets: readonly SearchTarget[], { query, postFilter }: SearchRequest, nowMs: number): Asked {
  const binder = new SqlBinder();
  const compiled = compileTargets(targets, query, binder, nowMs);
  const filters = postFilter === undefined ? undefined : compileTargets(targets, postFilter, binder, nowMs);
  let most = 0;
  const parts = compiled.map(({ predicate }, at) => {
    const filter = filters?.[at];
    const own = [predicate, ...(filter === undefined ? [] : [filter.predicate])].map((one) => tableCondition(one));
    most += Math.min(...own.map((one) => one.most ?? Number.POSITIVE_INFINITY));
    const condition = own.map(({ sql }) => sql).join(' AND ');
    return { condition, parts: (own.length === 1 ? own[0]?.parts : undefined) ?? [condition] };
  });
  const conditions = parts.map(({ condition }) => condition);
  const isQuick = conditions.every((condition) => !A_FUNCTION.test(condition));
  return { binder, compiled, conditions, parts: parts.map((one) => one.parts), isQuick, most };
}

interface Page {
  readonly hits: readonly Hit[];
  readonly matches: Matches | undefined;
}

interface PageQuestion {
  readonly asked: Asked;
  readonly keys: readonly SortKey[];
  readonly nowMs: number;
}

async function findPage(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  request: SearchRequest,
  { asked, keys, nowMs }: PageQuestion,
): Promise<Page> {
  const { from, size, trackTotalHits } = request;
  const count = (onlyCount: boolean) => readMatches(connection, targets, request, { nowMs, onlyCount });
  const plan = planLead(targets, request, keys);
  if (plan !== undefined) {
    const isFirst = asked.isQuick || asked.most <= MAX_WHOLE || trackTotalHits === 0;
    const known = isFirst ? undefined : await count(false);
    const lead = await leadOf(connection, plan, asked, known);
    // DuckDB counts while the texts are unpacked
    const areAll = lead?.isAll === true && request.searchAfter === undefined;
    const counting = known !== undefined || trackTotalHits === 0 ? known : areAll ? allOf(lead) : count(true);
    await nextTurn();
    const [hits, matches] = await Promise.all([lead && leadHits(plan, lead), counting]);
    const areFew = false;
    return { hits: hits ?? (await findHits(connection, targets, request, { asked, keys, matches, areFew })), matches };
  }
  const areFew = asked.most <= READ_AT_ONCE && request.searchAfter === undefined;
  if (!areFew) {
    const matches = await count(false);
    return { hits: await findHits(connection, targets, request, { asked, keys, matches, areFew }), matches };
  }
  const all = await findHits(connection, targets, { ...request, from: 0 }, { asked, keys, matches: undefined, areFew });
  return {
    hits: all.slice(from, from + size),
    matches: trackTotalHits === 0 ? undefined : { count: all.length, seqNos: undefined },
  };
}

function leadOf(
  connection: DuckDBConnection,
  plan: LeadPlan,
  { binder, conditions, parts, most }: Asked,
  known: Matches | undefined,
): Promise<LeadRows | undefined> {
  if (known?.seqNos === undefined) return readLead(connection, plan, parts, most, binder);
  const listed = conditions.map((_, at) => [isOneOf(known.seqNos?.[at] ?? [])]);
  return readLead(connection, plan, listed, known.count, binder);
}

function allOf({ rows }: LeadRows): Matches {
  return { count: rows.length, seqNos: undefined };
}

/** Undefined where nobody asks how many they are. */
async function readMatches(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  request: SearchRequest,
  { nowMs, onlyCount = request.size === 0 }: { readonly nowMs: number; readonly onlyCount?: boolean },
): Promise<Matches | undefined> {
  if (request.trackTotalHits === 0) {
    compileTargets(targets, request.query, new SqlBinder(), nowMs);
    return undefined;
  }
  const queries = [request.query, request.postFilter];
  return findMatches(connection, targets, {
    queries,
    nowMs,
    minScore: request.minScore,
    onlyCount,
  });
}

function totalOf(matches: Matches | undefined, request: SearchRequest): Readonly<Record<string, unknown>> {
  if (matches === undefined) return request.totalHitsAsInt ? { total: -1 } : {};
  const { count } = matches;
  if (request.totalHitsAsInt) return { total: count };
  return count > request.trackTotalHits
    ? { total: { value: request.trackTotalHits, relation: 'gte' } }
    : { total: { value: count, relation: 'eq' } };
}

/** Documents that match the query. */
export async function countMatches(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  queries: readonly unknown[],
  nowMs: number,
): Promise<number> {
  return (await findMatches(connection, targets, { queries, nowMs, onlyCount: true })).count;
}

interface HitQuestion {
  readonly asked: Asked;
  readonly keys: readonly SortKey[];
  readonly matches: Matches | undefined;
  /** They are few, and all are wanted. */
  readonly areFew: boolean;
}

async function findHits(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  request: SearchRequest,
  { asked: { binder, compiled, conditions: asked }, keys, matches, areFew }: HitQuestion,
): Promise<Hit[]> {
  if (targets.length === 0) return [];
  const byScore = keys.length === 0;
  const needsScore =
    byScore || request.tracksScores || request.minScore !== undefined || keys.some((key) => key.kind === 'score');
  const order: readonly SortKey[] = byScore ? [BY_SCORE] : keys;
  const conditionsOf = asked.map((condition, at) => {
    const seqNos = matches?.seqNos?.[at];
    return seqNos === undefined ? condition : isOneOf(seqNos);
  });
  const keyColumns = compiled.map((target) => {
    const score = needsScore ? scoreSql(target.predicate) : 'NULL::DOUBLE';
    const keyOf = (key: SortKey) =>
      ofIndexes([target.index], () =>
        sortExpression(key, target.index, target.columns, score, target.position, binder),
      );
    return [`${score} AS score`, ...order.map((key, index) => `${keyOf(key)} AS k${index}`)].join(', ');
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
  if (matches?.count === 0 || conditionsOf.every((condition) => condition === 'false')) return [];
  const cutoffs = areFew
    ? []
    : await readCutoffs(connection, targets, request, { order, matches, binder, conditions: conditionsOf });
  const selects = compiled.map(({ index, position }, at) => {
    const own = [conditionsOf[at] ?? 'true', ...(cutoffs[at] === undefined ? [] : [cutoffs[at]])].join(' AND ');
    // few rows here and there are named first: their texts are then unpacked, and not those of all rows near them
    const named = `rowid IN (SELECT rowid FROM ${index.table} WHERE ${own})`;
    const isNamed = (matches?.seqNos !== undefined && matches.count > 1) || areFew;
    return `SELECT ${position} AS ix, _id, _seq, ${keyColumns[at]} FROM ${index.table} WHERE ${isNamed ? named : own}`;
  });
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const columns = order.map((_, index) => `k${index}`).join(', ');
  const rows = await rowsOf(
    connection,
    binder.statement(
      `SELECT ix, _seq, _id, score, ${columns} FROM (${selects.join(' UNION ALL ')}) ${where} ${areFew ? `ORDER BY ${orderBy(order)}` : pageOf(request, order, matches)}`,
    ),
  );
  return rows.map((row) => readHit(row, targets, byScore ? undefined : keys));
}

/** Sorting costs a millisecond, and for LIMIT DuckDB looks twice for the rows: few hits on one page need neither. */
function pageOf({ from, size }: SearchRequest, order: readonly SortKey[], matches: Matches | undefined): string {
  const isWhole = matches?.seqNos !== undefined && from === 0 && matches.count <= size;
  if (isWhole && matches.count === 1) return '';
  const sorted = `ORDER BY ${orderBy(order)}`;
  return isWhole ? sorted : `${sorted} LIMIT ${size} OFFSET ${from}`;
}

/** Where there are many matches: what leaves out those that come behind the page. */
async function readCutoffs(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  request: SearchRequest,
  of: {
    readonly order: readonly SortKey[];
    readonly matches: Matches | undefined;
    readonly binder: SqlBinder;
    readonly conditions: readonly string[];
  },
): Promise<readonly string[]> {
  const { order, matches, binder, conditions } = of;
  const [key] = order;
  const columns = leadColumns(key, targets);
  const hits = request.from + request.size;
  if (key === undefined || columns === undefined || request.minScore !== undefined) return [];
  if (matches !== undefined && matches.count <= hits) return [];
  if (request.searchAfter !== undefined && request.searchAfter.length !== order.length) return [];
  return cutoffConditions(connection, targets, {
    ...{ key, columns, conditions, binder, hits },
    after: request.searchAfter?.[0],
  });
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
