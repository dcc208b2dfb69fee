// local/opensearch: writes documents into an index's table, a column at a time.
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  UBIGINT,
  UHUGEINT,
  VARCHAR,
} from '@duckdb/node-api';
import type { DocumentFields } from './document-fields.ts';
import { type Field, multiColumn, singleColumn } from './field.ts';
import type { ColumnValue } from './field-value.ts';
import type { Index, IndexCatalog } from './index-catalog.ts';

export interface PendingRow {
  readonly id: string;
  readonly hash: bigint;
  readonly seqNo: number;
  readonly version: bigint;
  readonly source: string;
  readonly fields: DocumentFields;
}

/** DuckDB's vector size: rows in one data chunk at most. */
const CHUNK_ROWS = 512;
const TYPES: ReadonlyMap<string, DuckDBType> = new Map<string, DuckDBType>([
  ['VARCHAR', VARCHAR],
  ['UBIGINT', UBIGINT],
  ['UHUGEINT', UHUGEINT],
  ['BIGINT', BIGINT],
  ['DOUBLE', DOUBLE],
  ['BOOLEAN', BOOLEAN],
]);

interface ChunkColumn {
  readonly field: Field;
  readonly single: (ColumnValue | null)[];
  /** Rows with several values. */
  readonly several: Map<number, ColumnValue[]>;
}

/**
 * Appends the rows, the columns for them being there. They go through a temporary table: DuckDB's appender works on the
 * event loop's own thread and, on a table of the file, was held up there by a checkpoint for 1.7 s; the INSERT is not.
 */
export async function appendRows(
  connection: DuckDBConnection,
  index: Index,
  rows: readonly PendingRow[],
): Promise<void> {
  const columns = [...index.columns].map(([name, type]) => `${name} ${type}`).join(', ');
  await connection.run(`CREATE OR REPLACE TEMP TABLE staged (${columns})`);
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    await stageChunk(connection, index, rows.slice(from, from + CHUNK_ROWS));
    await nextTurn();
  }
  await connection.run(`INSERT INTO ${index.table} SELECT * FROM temp.staged`);
}

/**
 * Adds the columns that the rows will need. Before any row of the table is deleted in the same transaction: DuckDB refuses
 * to commit a delete that was made before the table was altered.
 */
export async function ensureColumns(
  connection: DuckDBConnection,
  catalog: IndexCatalog,
  index: Index,
  rows: readonly PendingRow[],
): Promise<void> {
  for (const column of collect(rows)) {
    await catalog.ensureColumn(connection, index, column.field, false);
    if (column.several.size > 0) await catalog.ensureColumn(connection, index, column.field, true);
  }
}

async function stageChunk(connection: DuckDBConnection, index: Index, rows: readonly PendingRow[]): Promise<void> {
  const values = new Map<string, DuckDBValue[]>([
    ['_id', rows.map((row) => row.id)],
    ['_h', rows.map((row) => row.hash)],
    ['_seq', rows.map((row) => BigInt(row.seqNo))],
    ['_version', rows.map((row) => row.version)],
    ['_source', rows.map((row) => row.source)],
  ]);
  for (const column of collect(rows)) {
    values.set(singleColumn(column.field), column.single);
    if (column.several.size === 0) continue;
    const lists = new Array<DuckDBValue>(rows.length).fill(null);
    for (const [row, list] of column.several) lists[row] = listValue(list);
    values.set(multiColumn(column.field), lists);
  }
  const absent = new Array<DuckDBValue>(rows.length).fill(null);
  const chunk = DuckDBDataChunk.create([...index.columns.values()].map(typeNamed), rows.length);
  chunk.setColumns([...index.columns.keys()].map((name) => values.get(name) ?? absent));
  const appender = await connection.createAppender('staged', 'main', 'temp');
  appender.appendDataChunk(chunk);
  appender.closeSync();
}

function collect(rows: readonly PendingRow[]): readonly ChunkColumn[] {
  const columns = new Map<number, ChunkColumn>();
  for (const [row, { fields }] of rows.entries()) {
    for (const [at, field] of fields.fields.entries()) {
      const value = fields.values[at];
      if (value === undefined) continue;
      let column = columns.get(field.ordinal);
      if (column === undefined) {
        column = { field, single: new Array<ColumnValue | null>(rows.length).fill(null), several: new Map() };
        columns.set(field.ordinal, column);
      }
      addValue(column, row, value);
    }
  }
  return [...columns.values()];
}

function addValue(column: ChunkColumn, row: number, value: ColumnValue): void {
  const list = column.several.get(row);
  if (list !== undefined) {
    list.push(value);
    return;
  }
  const before = column.single[row] ?? null;
  if (before === null) {
    column.single[row] = value;
  } else {
    column.several.set(row, [before, value]);
    column.single[row] = null;
  }
}

function typeNamed(name: string): DuckDBType {
  const isList = name.endsWith('[]');
  const type = TYPES.get(isList ? name.slice(0, -2) : name) ?? VARCHAR;
  return isList ? LIST(type) : type;
}
