// local/opensearch: documents by their ids.
import { type DuckDBConnection, UBIGINT } from '@duckdb/node-api';
import { rowsOf } from './database.ts';
import { hashOf } from './document-writer.ts';
import type { Index } from './index-catalog.ts';
import type { SourceFilter } from './source-filter.ts';
import { SqlBinder } from './sql-binder.ts';

/** One answer per id, in order, as `_doc` and `_mget` show a document. */
export async function readDocuments(
  connection: DuckDBConnection,
  index: Index,
  ids: readonly string[],
  source: SourceFilter,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const binder = new SqlBinder();
  const hashes = binder.list([...new Set(ids)].map(hashOf), UBIGINT);
  const rows = await rowsOf(
    connection,
    binder.statement(
      `SELECT _id, _version, _seq, ${source === undefined ? 'NULL' : '_source'} FROM ${index.table} WHERE _h IN (SELECT unnest(${hashes}))`,
    ),
  );
  const found = new Map(rows.map((row) => [String(row[0]), row]));
  return ids.map((id) => {
    const row = found.get(id);
    if (row === undefined) return { _index: index.name, _id: id, found: false };
    const [, version, seqNo, text] = row;
    return {
      _index: index.name,
      _id: id,
      _version: version,
      _seq_no: seqNo,
      _primary_term: 1,
      found: true,
      _source: source?.(String(text)),
    };
  });
}
