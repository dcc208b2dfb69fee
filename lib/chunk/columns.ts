// chunk: columns as one object: Apache Arrow IPC (arrow.apache.org/docs/format/Columnar.html, stream form) inside zstd.
// Arrow because pyarrow and polars read it as it is.

import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { ColumnOf, Columns, FieldType } from '../flow/flow-fields.ts';
import { type BufferPlace, readArrowBatch } from './arrow-batch.ts';
import { type ColumnMetadata, type ColumnSchema, streamLength, streamTemplate, writeStream } from './arrow-stream.ts';
import { MAX_COLUMN_OBJECT_BYTES, MAX_COLUMN_OBJECT_ROWS } from './limits.ts';
import { returnBlock, takeBlock } from './scratch.ts';

type Column = ColumnOf[FieldType];

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** With a checksum: a damaged object is noticed before it is read. */
const COMPRESSION = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };
/** Output comes in pieces of this size at most: each one is a turn of the event loop. */
const MAX_PIECE_BYTES = 1024 * 1024;
const MIN_PIECE_BYTES = 4096;

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
  const template = streamTemplate(schema, metadata);
  const length = streamLength(schema, columns, count, template);
  const block = takeBlock(length);
  const stream = block.subarray(0, length);
  writeStream(schema, columns, count, template, stream);
  const chunkSize = Math.min(Math.max(length >> 2, MIN_PIECE_BYTES), MAX_PIECE_BYTES);
  try {
    return await compress(stream, { params: COMPRESSION, chunkSize });
  } finally {
    returnBlock(block);
  }
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
  const head = streamTemplate(schema, metadata).schemaMessage;
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
