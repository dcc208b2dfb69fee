// local/opensearch/database: batches of rows into a table through DuckDB's appender: whole columns are copied, not value after value.
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  LIST,
  UBIGINT,
  UHUGEINT,
  VARCHAR,
} from '@duckdb/node-api';
import duckdb, { type Vector } from '@duckdb/node-bindings';
import type { ColumnValues, ValueType } from './column-values.ts';
import type { ColumnLists, RowBatch } from './row-batch.ts';

const TYPES: Readonly<Record<ValueType, DuckDBType>> = {
  VARCHAR,
  BLOB,
  UHUGEINT,
  BIGINT,
  UBIGINT,
  DOUBLE,
  BOOLEAN,
};
/** Offset of the address within the entry of a text (`duckdb_string_t` in duckdb.h). */
const ADDRESS_OFFSET = 8;
const ENTRY_BYTES = 16;

/** A table by its place. */
export interface AppendTarget {
  readonly catalog: string;
  readonly name: string;
}

/** The batch's rows as columns of these names and SQL types; what the batch lacks is NULL. */
export function chunkOf(columns: ReadonlyMap<string, string>, batch: RowBatch): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create([...columns.values()].map(typeNamed), batch.rows);
  let number = 0;
  for (const name of columns.keys()) {
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, number);
    const values = batch.columns.get(name);
    const lists = batch.lists.get(name);
    if (values !== undefined) writeValues(vector, values, batch.rows);
    else if (lists !== undefined) writeLists(vector, lists, batch.rows);
    else writeNulls(vector, batch.rows);
    number += 1;
  }
  return chunk;
}

/**
 * Appends chunks of the table's columns, all or none. The work is done on the calling thread: the table should be one that
 * nothing holds up. What goes into an empty table at once is moved there, later rows are copied once more.
 */
export async function appendChunks(
  connection: DuckDBConnection,
  { catalog, name }: AppendTarget,
  chunks: readonly DuckDBDataChunk[],
): Promise<void> {
  const appender = await connection.createAppender(name, 'main', catalog);
  for (const chunk of chunks) appender.appendDataChunk(chunk);
  appender.closeSync();
}

function typeNamed(name: string): DuckDBType {
  const isList = name.endsWith('[]');
  // only our own code makes columns, of these types
  const type = TYPES[(isList ? name.slice(0, -2) : name) as ValueType];
  return isList ? LIST(type) : type;
}

function writeValues(vector: Vector, values: ColumnValues, rows: number): void {
  values.reserve(rows - 1);
  if (values.heapBytes > 0) values.pointTo(rows, lendHeap(vector, values));
  duckdb.copy_data_to_vector(vector, 0, bufferOf(values.bytes), 0, rows * values.width);
  writeValidity(vector, values.validity, rows);
}

/**
 * The heap becomes the vector's own, as if it were the text of its first row; DuckDB keeps it as long as the vector. Its
 * address is read back from the row's entry, which is then overwritten.
 */
function lendHeap(vector: Vector, values: ColumnValues): bigint {
  duckdb.vector_assign_string_element_len(vector, 0, values.heap.subarray(0, values.heapBytes));
  const entry = duckdb.vector_get_data(vector, ENTRY_BYTES);
  return new DataView(entry.buffer, entry.byteOffset).getBigUint64(ADDRESS_OFFSET, true);
}

function writeLists(vector: Vector, lists: ColumnLists, rows: number): void {
  duckdb.list_vector_reserve(vector, Math.max(1, lists.count));
  duckdb.list_vector_set_size(vector, lists.count);
  if (lists.count > 0) writeValues(duckdb.list_vector_get_child(vector), lists.values, lists.count);
  const entries = new Uint32Array(rows * 4);
  const validity = new Uint8Array((rows + 7) >>> 3);
  for (let row = 0; row < rows; row += 1) {
    const length = lists.lengths[row] ?? 0;
    if (length === 0) continue;
    entries[row * 4] = lists.starts[row] ?? 0;
    entries[row * 4 + 2] = length;
    validity[row >>> 3] = (validity[row >>> 3] ?? 0) | (1 << (row & 7));
  }
  duckdb.copy_data_to_vector(vector, 0, entries.buffer, 0, entries.byteLength);
  writeValidity(vector, validity, rows);
}

function writeNulls(vector: Vector, rows: number): void {
  writeValidity(vector, new Uint8Array((rows + 7) >>> 3), rows);
}

function writeValidity(vector: Vector, validity: Uint8Array, rows: number): void {
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, bufferOf(validity), validity.byteOffset, (rows + 7) >>> 3);
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  // made by us as a plain array: never shared
  return bytes.buffer as ArrayBuffer;
}
