// local/opensearch/document: rows of an index's table by their documents' ids.
import { type DuckDBConnection, UBIGINT } from '@duckdb/node-api';
import type { Index } from '../catalog/index-catalog.ts';
import { rowsOf } from '../database/database.ts';
import { ID_ORDINAL } from '../database/row-batch.ts';
import { SqlBinder } from '../database/sql-binder.ts';
import { unionOf } from '../value/row-set.ts';
import { MAX_LOOKUPS, rowsCondition } from '../value/row-set-condition.ts';
import { hashOfText } from '../value/value-index.ts';

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
  const among = rowsAmong(index, [...hashes.keys()]);
  if (among === 'false') return [];
  const has = `_h IN (SELECT unnest(${binder.list([...hashes.values()], UBIGINT)}))`;
  const where = among === undefined ? has : `${among} AND ${has}`;
  const sql = `SELECT _id, _seq, _version FROM ${index.table} WHERE ${where}`;
  const rows = await rowsOf(connection, binder.statement(sql));
  return rows.flatMap(([id, seqNo, version]) =>
    typeof id === 'string' && hashes.has(id) && typeof seqNo === 'bigint' && typeof version === 'bigint'
      ? [{ id, seqNo: Number(seqNo), version }]
      : [],
  );
}

/** No other rows have one of the ids; undefined: any may. */
function rowsAmong({ values }: Index, ids: readonly string[]): string | undefined {
  if (ids.length > MAX_LOOKUPS || !values.knows(ID_ORDINAL)) return undefined;
  return rowsCondition(unionOf(ids.map((id) => values.find(ID_ORDINAL, hashOfText(id)))), values.bounds);
}
