// chunk: columns as one object: Apache Arrow IPC (arrow.apache.org/docs/format/Columnar.html, stream form) inside zstd.
// Arrow because pyarrow and polars read it as it is; a row of 190 columns costs 3–5 ms, 30,000 rows 20–100 ms.

import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import {
  Binary,
  type Data,
  type DataType,
  Field,
  Float32,
  Float64,
  Int32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Uint8,
  Uint16,
  Uint32,
} from 'apache-arrow';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { ColumnOf, Columns, FieldType } from '../flow/flow-fields.ts';
import { type BufferPlace, readArrowBatch } from './arrow-batch.ts';
import { MAX_COLUMN_OBJECT_BYTES, MAX_COLUMN_OBJECT_ROWS } from './limits.ts';

export type ColumnSchema = Readonly<Record<string, FieldType>>;

/** What an object says of itself beside its columns; `schema` and `version` are checked when it is read. */
export interface ColumnMetadata {
  readonly schema: string;
  readonly version: number;
}

type Column = ColumnOf[FieldType];

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** With a checksum: a damaged object is noticed before it is read. */
const COMPRESSION = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };
/** Output comes in pieces of this size at most: each one is a turn of the event loop. */
const MAX_PIECE_BYTES = 1024 * 1024;
const MIN_PIECE_BYTES = 4096;

const ARROW_TYPES: Readonly<Record<FieldType, DataType>> = {
  u8: new Uint8(),
  u16: new Uint16(),
  u32: new Uint32(),
  i32: new Int32(),
  f32: new Float32(),
  f64: new Float64(),
  binary: new Binary(),
  'list-i32': new List(new Field('item', new Int32(), false)),
  'list-f64': new List(new Field('item', new Float64(), false)),
};

/** Arrow buffers of a column: validity (always empty), offsets, the list's own validity, values. */
const BUFFERS: Readonly<Record<FieldType, number>> = {
  u8: 2,
  u16: 2,
  u32: 2,
  i32: 2,
  f32: 2,
  f64: 2,
  binary: 3,
  'list-i32': 4,
  'list-f64': 4,
};
const END_OF_STREAM_BYTES = 8;
const SCHEMA_MESSAGES = new WeakMap<ColumnSchema, Map<string, Buffer>>();

const NUMERIC_ARRAYS = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
type NumericConstructor = (typeof NUMERIC_ARRAYS)[keyof typeof NUMERIC_ARRAYS];
type NumericArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/**
 * The same columns always give the same bytes. What is in `columns` is copied before the first await: the caller may
 * fill the arrays anew at once. Only the first `count` rows are written; arrays may be longer.
 */
export async function encodeColumns<S extends ColumnSchema>(
  schema: S,
  columns: Columns<S>,
  count: number,
  metadata: ColumnMetadata,
): Promise<Uint8Array> {
  const children = Object.entries(schema).map(([name, type]) => columnData(type, columns[name], count));
  const arrow = arrowSchema(schema, metadata);
  const struct = makeData({ type: new Struct(arrow.fields), length: count, nullCount: 0, children });
  const table = new Table(arrow, [new RecordBatch(arrow, struct)]);
  const ipc = tableToIPC(table, 'stream');
  const chunkSize = Math.min(Math.max(ipc.length >> 2, MIN_PIECE_BYTES), MAX_PIECE_BYTES);
  return compress(ipc, { params: COMPRESSION, chunkSize });
}

function arrowSchema(schema: ColumnSchema, metadata: ColumnMetadata): Schema {
  const fields = Object.entries(schema).map(([name, type]) => new Field(name, ARROW_TYPES[type], false));
  return new Schema(fields, new Map(Object.entries(metadata).map(([key, value]) => [key, String(value)])));
}

function columnData(type: FieldType, column: Column | undefined, length: number): Data {
  if (column === undefined) throw new TypeError(`a column of type ${type} is missing`);
  const arrowType = ARROW_TYPES[type];
  if (!('offsets' in column)) {
    return makeData({ type: arrowType, length, nullCount: 0, data: column.subarray(0, length) } as never); // makeData's overloads want one type each
  }
  const valueOffsets = column.offsets.subarray(0, length + 1);
  const values = column.values.subarray(0, valueOffsets[length] ?? 0);
  if (type === 'binary')
    return makeData({ type: arrowType, length, nullCount: 0, valueOffsets, data: values } as never);
  const itemType = type === 'list-i32' ? new Int32() : new Float64();
  const child = makeData({ type: itemType, length: values.length, nullCount: 0, data: values } as never);
  return makeData({ type: arrowType, length, nullCount: 0, valueOffsets, child } as never);
}

/**
 * The columns of an object, as views of its decompressed bytes. Nothing in it is trusted: its schema must be, byte for
 * byte, what `encodeColumns` writes, and every length is checked before it is used.
 * @throws PipelineError `invalid-object`, permanent: other schema, other version, damaged, or too large.
 */
export async function decodeColumns<S extends ColumnSchema>(
  schema: S,
  bytes: Uint8Array,
  metadata: ColumnMetadata,
): Promise<{ readonly count: number; readonly columns: Columns<S> }> {
  const limits = { maxOutputLength: MAX_COLUMN_OBJECT_BYTES, chunkSize: MAX_PIECE_BYTES };
  const ipc = await decompress(bytes, limits).catch((cause: unknown) => {
    throw invalid(`not zstd, damaged, or more than ${MAX_COLUMN_OBJECT_BYTES} bytes`, cause);
  });
  const head = schemaMessage(schema, metadata);
  if (!ipc.subarray(0, head.length).equals(head)) throw invalid(`not of schema ${metadata.schema} ${metadata.version}`);
  const types = Object.values(schema);
  const batch = readArrowBatch(
    ipc,
    head.length,
    types.reduce((sum, type) => sum + BUFFERS[type], 0),
  );
  if (batch === undefined) throw invalid('its record batch is damaged');
  const { rows: count, buffers } = batch;
  if (count < 0 || count > MAX_COLUMN_OBJECT_ROWS) throw invalid(`${count} rows; allowed: ${MAX_COLUMN_OBJECT_ROWS}`);
  let next = 0;
  const columns = Object.entries(schema).map(([name, type]) => {
    const column = readColumn(ipc, type, buffers.slice(next, next + BUFFERS[type]), count);
    if (column === undefined) throw invalid(`column ${name} does not hold ${count} rows of ${type}`);
    next += BUFFERS[type];
    return [name, column];
  });
  return { count, columns: Object.fromEntries(columns) as Columns<S> }; // built from the schema's own entries
}

/** How every object of a schema begins. */
function schemaMessage(schema: ColumnSchema, metadata: ColumnMetadata): Buffer {
  const key = `${metadata.schema} ${metadata.version}`;
  const known = SCHEMA_MESSAGES.get(schema)?.get(key);
  if (known !== undefined) return known;
  const stream = tableToIPC(new Table(arrowSchema(schema, metadata)), 'stream');
  const message = Buffer.from(stream.subarray(0, stream.length - END_OF_STREAM_BYTES));
  SCHEMA_MESSAGES.set(schema, new Map(SCHEMA_MESSAGES.get(schema)).set(key, message));
  return message;
}

function readColumn(ipc: Buffer, type: FieldType, buffers: readonly BufferPlace[], count: number): Column | undefined {
  if (type !== 'binary' && type !== 'list-i32' && type !== 'list-f64') {
    return readNumbers(ipc, NUMERIC_ARRAYS[type], buffers[1], count);
  }
  const offsets = count === 0 ? new Int32Array(1) : readNumbers(ipc, Int32Array, buffers[1], count + 1);
  if (!(offsets instanceof Int32Array) || !isAscending(offsets)) return undefined;
  const itemArray = type === 'binary' ? Uint8Array : type === 'list-i32' ? Int32Array : Float64Array;
  const values = readNumbers(ipc, itemArray, buffers[type === 'binary' ? 2 : 3], offsets.at(-1) ?? 0);
  return values === undefined ? undefined : ({ offsets, values } as Column); // the two arrays were just made for the type
}

/** A view where the bytes lie as the type wants them, else a copy. */
function readNumbers(
  ipc: Buffer,
  array: NumericConstructor,
  place: BufferPlace | undefined,
  length: number,
): NumericArray | undefined {
  if (length === 0) return new array(0);
  if (place === undefined || place.length < length * array.BYTES_PER_ELEMENT) return undefined;
  const memory = ipc.buffer as ArrayBuffer; // zlib's results lie in ordinary memory
  const start = ipc.byteOffset + place.start;
  if (start % array.BYTES_PER_ELEMENT === 0) return new array(memory, start, length);
  return new array(memory.slice(start, start + length * array.BYTES_PER_ELEMENT));
}

function isAscending(offsets: Int32Array): boolean {
  let before = 0;
  for (const offset of offsets) {
    if (offset < before) return false;
    before = offset;
  }
  return true;
}

function invalid(what: string, cause?: unknown): PipelineError {
  return new PipelineError('invalid-object', `column object: ${what}`, { permanent: true, cause });
}
