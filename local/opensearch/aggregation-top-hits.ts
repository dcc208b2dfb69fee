// local/opensearch: top_hits: the first documents of each bucket.
import type { DuckDBConnection } from '@duckdb/node-api';
import type { AggregationBase } from './aggregation-base.ts';
import type { TopHitsNode } from './aggregation-node.ts';
import { rowsOf } from './database.ts';
import { integerOf, onlyKeys } from './request-value.ts';
import { illegalArgument, unsupported } from './response-error.ts';
import { type Hit, hitBody, readDocuments } from './search-hit.ts';
import type { SearchTarget } from './search-target.ts';
import { orderBy, readSort, sortValue } from './sort-order.ts';
import { readSourceFilter } from './source-filter.ts';
import type { SqlBinder } from './sql-binder.ts';

type Answer = Readonly<Record<string, unknown>>;

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

export function planTopHits(node: TopHitsNode, base: AggregationBase, targets: readonly SearchTarget[]): TopHitsPlan {
  const { body } = node;
  onlyKeys(body, ['size', 'from', 'sort', '_source'], 'top_hits');
  const size = body['size'] === undefined ? 3 : integerOf(body['size'], 'size');
  const from = body['from'] === undefined ? 0 : integerOf(body['from'], 'from');
  if (size < 0 || from < 0 || from + size > MAX_SIZE) {
    throw illegalArgument(
      `Top hits result window is too large, the top hits aggregator [${node.name}]'s from + size must be less than or equal to: [${MAX_SIZE}] but was [${from + size}]`,
    );
  }
  const keys = readSort(
    body['sort'],
    targets.map((target) => target.index),
  );
  if (keys.some((key) => key.kind === 'score')) throw unsupported('[_score] in [sort] of [top_hits]');
  const source = readSourceFilter(body['_source']);
  const columns = keys.map((key) => {
    if (key.kind !== 'field') return key.kind === 'id' ? '_id' : '_seq';
    const slot = base.slot(key.name);
    if (slot.list !== undefined) return `list_${key.mode}(${slot.list})`;
    return slot.family === 'boolean' ? `${slot.single}::INTEGER::BIGINT` : slot.single;
  });
  const answer = (total: number, hits: readonly Answer[]): Answer => ({
    hits: { total: { value: total, relation: 'eq' }, max_score: hits.length > 0 && keys.length === 0 ? 1 : null, hits },
  });
  return {
    name: node.name,
    empty: answer(0, []),
    run: async (connection, binder, relation, parents) => {
      const names = keys.map((_, at) => `k${at}`);
      const selected = ['p', 'ix', '_id', '_seq', ...columns.map((column, at) => `${column} AS k${at}`)];
      const ranked = `SELECT *, count(*) OVER (PARTITION BY p) AS total, row_number() OVER (PARTITION BY p ORDER BY ${orderBy(keys)}) AS rank FROM (SELECT ${selected.join(', ')} FROM ${relation})`;
      const rows = await rowsOf(
        connection,
        binder.statement(
          `SELECT ${['p', 'total', 'ix', '_seq', '_id', ...names].join(', ')} FROM (${ranked}) WHERE rank > ${from} AND rank <= ${from + size} ORDER BY p, rank`,
        ),
      );
      const hits: { readonly parent: number; readonly hit: Hit }[] = [];
      const totals = new Array<number>(parents).fill(0);
      for (const [parent, total, position, seqNo, id, ...values] of rows) {
        const target = targets[Number(position)];
        if (target === undefined || typeof seqNo !== 'bigint') continue;
        totals[Number(parent)] = Number(total);
        const sort = keys.length === 0 ? undefined : keys.map((key, at) => sortValue(key, values[at]));
        hits.push({
          parent: Number(parent),
          hit: { target, seqNo, id: String(id), score: keys.length === 0 ? 1 : null, sort },
        });
      }
      const documents = await readDocuments(
        connection,
        hits.map(({ hit }) => hit),
        { source, withVersion: false, withSeqNo: false },
      );
      const bodies = totals.map(() => [] as Answer[]);
      for (const [at, { parent, hit }] of hits.entries()) bodies[parent]?.push(hitBody(hit, documents[at]));
      return totals.map((total, parent) => answer(total, bodies[parent] ?? []));
    },
  };
}
