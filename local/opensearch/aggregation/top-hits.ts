// local/opensearch/aggregation: top_hits: the first documents of each bucket.
import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from '../database/database.ts';
import type { SqlBinder } from '../database/sql-binder.ts';
import { ShardError, shardError, tokenOf } from '../request/body-parameters.ts';
import { flagOf, integerOf } from '../request/request-value.ts';
import { illegalArgument, parsingError, ResponseError, unsupported } from '../request/response-error.ts';
import { hitBodies } from '../search/hit-bodies.ts';
import { checkHitChoice, readHitChoice } from '../search/hit-choice.ts';
import type { Hit } from '../search/search-hit.ts';
import { BY_SCORE, orderBy, readSort } from '../search/sort-order.ts';
import { sortValue } from '../search/sort-value.ts';
import type { AggregationBase } from './base.ts';
import type { TopHitsNode } from './node.ts';
import type { Answer } from './plan.ts';

export interface TopHitsPlan {
  readonly name: string;
  readonly empty: Answer;
  readonly run: (
    connection: DuckDBConnection,
    binder: SqlBinder,
    relation: string,
    parents: number,
  ) => Promise<readonly Answer[]>;
}

const MAX_SIZE = 100;
const MEMBERS = [
  ...['size', 'from', 'sort', '_source', 'version', 'seq_no_primary_term', 'track_scores'],
  ...['docvalue_fields', 'stored_fields', 'fields', 'highlight'],
];
/** Members that OpenSearch has and this engine does not. */
const UNSUPPORTED = ['script_fields', 'explain'];

/** What is refused is found out where it is run. */
function ofShard<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ResponseError
      ? new ShardError(error.status, error.type, error.message, error.details)
      : error;
  }
}

export function planTopHits(node: TopHitsNode, base: AggregationBase): TopHitsPlan {
  const { body, name } = node;
  for (const [key, value] of Object.entries(body)) {
    if (UNSUPPORTED.includes(key)) throw unsupported(`[${key}] in [top_hits]`);
    if (!MEMBERS.includes(key) || value === null)
      throw parsingError(`Unknown key for a ${tokenOf(value)} in [${key}].`);
  }
  const size = body['size'] === undefined ? 3 : integerOf(body['size'], 'size');
  const from = body['from'] === undefined ? 0 : integerOf(body['from'], 'from');
  if (size < 0) throw illegalArgument(`[size] must be greater than or equal to 0. Found [${size}] in [${name}]`);
  if (from < 0) throw illegalArgument(`[from] must be greater than or equal to 0. Found [${from}] in [${name}]`);
  const flag = (key: string): boolean => body[key] !== undefined && flagOf(body[key], key);
  const choice = readHitChoice(body, body['_source'], flag);
  if (from + size > MAX_SIZE) {
    throw shardError(
      `Top hits result window is too large, the top hits aggregator [${name}]'s from + size must be less than or equal to: [${MAX_SIZE}] but was [${from + size}]. This limit can be set by changing the [index.max_inner_result_window] index level setting.`,
    );
  }
  if (from + size === 0)
    throw shardError(
      'numHits must be > 0; please use TotalHitCountCollectorManager if you just need the total hit count',
    );
  ofShard(() => checkHitChoice(choice));
  const indexes = base.targets.map(({ index }) => index);
  const asked = ofShard(() => readSort(body['sort'], indexes));
  const keys = asked.length === 0 ? [BY_SCORE] : asked;
  const columns = keys.map((key) => base.sortColumn(key));
  const hasScore = keys.some((key) => key.kind === 'score') || flag('track_scores');
  const score = hasScore ? base.score() : 'NULL::DOUBLE';
  const answer = (total: number, best: number | null, hits: readonly Answer[]): Answer => ({
    hits: { total: { value: total, relation: 'eq' }, max_score: best, hits },
  });
  return {
    name,
    empty: answer(0, null, []),
    run: async (connection, binder, relation, parents) => {
      const names = keys.map((_, at) => `k${at}`);
      const selected = [
        'p',
        'ix',
        '_id',
        '_seq',
        `${score} AS score`,
        ...columns.map((column, at) => `${column} AS k${at}`),
      ];
      const over = 'OVER (PARTITION BY p)';
      const ranked = `SELECT *, count(*) ${over} AS total, max(score) ${over} AS best, row_number() OVER (PARTITION BY p ORDER BY ${orderBy(keys)}) AS rank FROM (SELECT ${selected.join(', ')} FROM ${relation})`;
      const rows = await rowsOf(
        connection,
        binder.statement(
          `SELECT ${['p', 'total', 'best', 'ix', '_seq', '_id', 'score', ...names].join(', ')} FROM (${ranked}) WHERE rank <= ${from + size} ORDER BY p, rank`,
        ),
      );
      const hits: { readonly parent: number; readonly hit: Hit }[] = [];
      const seen = Array.from({ length: parents }, () => ({ total: 0, best: null as number | null, rank: 0 }));
      for (const [parent, total, best, position, seqNo, id, own, ...values] of rows) {
        const target = base.targets[Number(position)];
        const group = seen[Number(parent)];
        if (target === undefined || group === undefined || typeof seqNo !== 'bigint') continue;
        group.total = Number(total);
        group.best = typeof best === 'number' ? best : null;
        group.rank += 1;
        if (group.rank <= from) continue;
        const sort = asked.length === 0 ? undefined : keys.map((key, at) => sortValue(key, values[at]));
        const value = typeof own === 'number' ? own : null;
        hits.push({ parent: Number(parent), hit: { target, seqNo, id: String(id), score: value, sort } });
      }
      const bodies = await hitBodies(
        connection,
        hits.map(({ hit }) => hit),
        choice,
        base,
      );
      const ofParents = seen.map(() => [] as Answer[]);
      for (const [at, { parent }] of hits.entries()) ofParents[parent]?.push(bodies[at] ?? {});
      return seen.map(({ total, best }, parent) => answer(total, best, ofParents[parent] ?? []));
    },
  };
}
