// local/opensearch/document: rows of an index's table by their documents' ids.
import { type DuckDBConnection, UBIGINT } from '@duckdb/node-api';
import type { Index } from '../catalog/index-catalog.ts';
import { rowsOf } from '../database/database.ts';
import { SqlBinder } from '../database/sql-binder.ts';
import { tableCondition } from '../query/candidate-rows.ts';
import { test } from '../query/predicate.ts';
import { rowsWithIds } from '../query/value-test.ts';

export interface StoredRow {
  readonly id: string;
  readonly seqNo: number;
  readonly version: bigint;
}

/** Those that are there. Few are looked up: of ten million rows a look at all hashes took 105 ms. `hashes`: of the ids. */
export async function storedRows(
  connection: DuckDBConnection,
  index: Index,
  hashes: ReadonlyMap<string, bigint>,
): Promise<readonly StoredRow[]> {
  if (hashes.size === 0) return [];
  const binder = new SqlBinder();
  const has = `_h IN (SELECT unnest(${binder.list([...hashes.values()], UBIGINT)}))`;
  const { sql } = tableCondition(test(has, 1, rowsWithIds({ index }, [...hashes.keys()])));
  const rows = await rowsOf(
    connection,
    binder.statement(`SELECT _id, _seq, _version FROM ${index.table} WHERE ${sql}`),
  );
  return rows.flatMap(([id, seqNo, version]) =>
    typeof id === 'string' && hashes.has(id) && typeof seqNo === 'bigint' && typeof version === 'bigint'
      ? [{ id, seqNo: Number(seqNo), version }]
      : [],
  );
}
