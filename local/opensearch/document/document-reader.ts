// local/opensearch/document: documents by their ids, those that wait for their table included.
import { type DuckDBConnection, UBIGINT } from '@duckdb/node-api';
import { type Index, numberOf } from '../catalog/index-catalog.ts';
import { rowsOf } from '../database/database.ts';
import { SqlBinder } from '../database/sql-binder.ts';
import type { Engine } from '../engine.ts';
import { hashOf } from './id-hash.ts';
import type { SourceFilter } from './source-filter.ts';

interface Found {
  readonly seqNo: number;
  readonly version: bigint;
  readonly exists: boolean;
}

/** One answer per id, in order, as `_doc` and `_mget` show a document. */
export async function readDocuments(
  { database, pending, store }: Engine,
  index: Index,
  ids: readonly string[],
  source: SourceFilter,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return database.read(async (connection) => {
    const found = new Map<string, Found>();
    const absent = new Set<string>();
    for (const id of ids) {
      const waiting = pending.find(index, id);
      if (waiting === undefined) absent.add(id);
      else found.set(id, waiting);
    }
    for (const [id, row] of await readRows(connection, index, absent)) found.set(id, row);
    const seqNos = [...found.values()].filter(({ exists }) => exists).map(({ seqNo }) => seqNo);
    const readTexts = (): ReadonlyMap<number, string> => store.read(numberOf(index.table), seqNos);
    let texts = source === undefined ? undefined : readTexts();
    if (texts !== undefined && texts.size < seqNos.length) {
      // a write that is under way: its turn ends with the journal's
      await pending.turn(async () => undefined);
      await pending.journaled();
      texts = readTexts();
    }
    return ids.map((id) => {
      const one = found.get(id);
      if (one?.exists !== true) return { _index: index.name, _id: id, found: false };
      return {
        _index: index.name,
        _id: id,
        _version: one.version,
        _seq_no: one.seqNo,
        _primary_term: 1,
        found: true,
        _source: source?.(texts?.get(one.seqNo) ?? '{}'),
      };
    });
  });
}

async function readRows(
  connection: DuckDBConnection,
  index: Index,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  if (ids.size === 0) return found;
  const binder = new SqlBinder();
  const hashes = binder.list([...ids].map(hashOf), UBIGINT);
  const sql = `SELECT _id, _version, _seq FROM ${index.table} WHERE _h IN (SELECT unnest(${hashes}))`;
  for (const [id, version, seqNo] of await rowsOf(connection, binder.statement(sql))) {
    if (typeof id === 'string' && ids.has(id) && typeof version === 'bigint' && typeof seqNo === 'bigint')
      found.set(id, { seqNo: Number(seqNo), version, exists: true });
  }
  return found;
}
