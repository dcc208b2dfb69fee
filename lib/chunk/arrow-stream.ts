// chunk: columns as an Arrow IPC stream (arrow.apache.org/docs/format/Columnar.html): the library writes the messages once per schema, this file fills in the numbers and copies the columns, once, into memory that is used again.

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
import type { ColumnOf, Columns, FieldType } from '../flow/flow-fields.ts';
import { type BatchNumbers, findBatchNumbers, PAIR_BYTES } from './arrow-batch.ts';

export type ColumnSchema = Readonly<Record<string, FieldType>>;

/** What an object says of itself beside its columns; `schema` and `version` are checked when it is read. */
export interface ColumnMetadata {
  readonly schema: string;
  readonly version: number;
}

/** How every stream of a schema begins, and its record batch message for any rows. */
export interface StreamTemplate {
  readonly schemaMessage: Buffer;
  /** With its prefix, without the body. */
  readonly batchMessage: Buffer;
  /** Positions in `batchMessage`. */
  readonly numbers: BatchNumbers;
}

type Column = ColumnOf[FieldType];
type FixedColumn = Exclude<Column, { readonly offsets: Int32Array }>;

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
/** Buffers begin at multiples of this. */
const ALIGNMENT = 8;
const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
const TEMPLATES = new WeakMap<ColumnSchema, Map<string, StreamTemplate>>();

/** The same for every stream of a schema. */
export function streamTemplate(schema: ColumnSchema, metadata: ColumnMetadata): StreamTemplate {
  const key = `${metadata.schema} ${metadata.version}`;
  const known = TEMPLATES.get(schema)?.get(key);
  if (known !== undefined) return known;
  const template = createTemplate(schema, metadata);
  TEMPLATES.set(schema, new Map(TEMPLATES.get(schema)).set(key, template));
  return template;
}

/** Of a table of one row: no number in it is left out for being 0. */
function createTemplate(schema: ColumnSchema, metadata: ColumnMetadata): StreamTemplate {
  const fields = Object.entries(schema).map(([name, type]) => new Field(name, ARROW_TYPES[type], false));
  const arrow = new Schema(fields, new Map(Object.entries(metadata).map(([key, value]) => [key, String(value)])));
  const empty = Buffer.from(tableToIPC(new Table(arrow), 'stream'));
  const schemaMessage = empty.subarray(0, empty.length - END_OF_STREAM.length);
  const children = Object.values(schema).map(oneRow);
  const struct = makeData({ type: new Struct(fields), length: 1, nullCount: 0, children });
  const stream = tableToIPC(new Table(arrow, [new RecordBatch(arrow, struct)]), 'stream');
  const batch = Buffer.from(stream.subarray(schemaMessage.length));
  const numbers = findBatchNumbers(new DataView(batch.buffer, batch.byteOffset, batch.length), 0);
  if (numbers === undefined || numbers.rows === 0 || numbers.bodyLength === 0) {
    throw new TypeError('the Arrow library wrote no record batch');
  }
  return { schemaMessage, batchMessage: batch.subarray(0, numbers.body), numbers };
}

/** makeData's overloads want one type each. */
function oneRow(type: FieldType): Data {
  const arrowType = ARROW_TYPES[type];
  const shape = { type: arrowType, length: 1, nullCount: 0 };
  const valueOffsets = Int32Array.of(0, 1);
  switch (type) {
    case 'binary':
      return makeData({ ...shape, valueOffsets, data: new Uint8Array(1) } as never);
    case 'list-i32':
      return makeData({ ...shape, valueOffsets, child: oneRow('i32') } as never);
    case 'list-f64':
      return makeData({ ...shape, valueOffsets, child: oneRow('f64') } as never);
    default:
      return makeData({ ...shape, data: new arrowType.ArrayType(1) } as never);
  }
}

/** Bytes of the stream of the first `count` rows. */
export function streamLength<S extends ColumnSchema>(
  schema: S,
  columns: Columns<S>,
  count: number,
  template: StreamTemplate,
): number {
  let length = template.schemaMessage.length + template.batchMessage.length + END_OF_STREAM.length;
  for (const name of Object.keys(schema)) {
    const column = columns[name];
    if (column === undefined) throw new TypeError(`column ${name} is missing`);
    if (!('offsets' in column)) {
      length += aligned(count * column.BYTES_PER_ELEMENT);
    } else {
      length += aligned((count + 1) * column.offsets.BYTES_PER_ELEMENT);
      length += aligned((column.offsets[count] ?? 0) * column.values.BYTES_PER_ELEMENT);
    }
  }
  return length;
}

/** Writes the stream; `into` is of `streamLength`. What lies in it before does not matter. */
export function writeStream<S extends ColumnSchema>(
  schema: S,
  columns: Columns<S>,
  count: number,
  template: StreamTemplate,
  into: Buffer,
): void {
  const { schemaMessage, batchMessage, numbers } = template;
  into.set(schemaMessage);
  const message = schemaMessage.length;
  into.set(batchMessage, message);
  const body = message + batchMessage.length;
  const view = new DataView(into.buffer, into.byteOffset, into.length);
  let node = message + numbers.nodes;
  let buffer = message + numbers.buffers;
  let end = body;
  const addNode = (rows: number) => {
    view.setBigInt64(node, BigInt(rows), true);
    node += PAIR_BYTES;
  };
  const addBuffer = (column: FixedColumn | undefined, length: number) => {
    const bytes = column === undefined ? 0 : length * column.BYTES_PER_ELEMENT;
    view.setBigInt64(buffer, BigInt(end - body), true);
    view.setBigInt64(buffer + 8, BigInt(bytes), true);
    buffer += PAIR_BYTES;
    if (column !== undefined) into.set(new Uint8Array(column.buffer, column.byteOffset, bytes), end);
    into.fill(0, end + bytes, end + aligned(bytes));
    end += aligned(bytes);
  };
  for (const [name, type] of Object.entries(schema)) {
    const column = columns[name];
    addNode(count);
    addBuffer(undefined, 0); // no column has nulls: no validity bits
    if (column === undefined) throw new TypeError(`column ${name} is missing`);
    if (!('offsets' in column)) {
      addBuffer(column, count);
      continue;
    }
    const values = column.offsets[count] ?? 0;
    addBuffer(column.offsets, count + 1);
    if (type !== 'binary') {
      addNode(values);
      addBuffer(undefined, 0);
    }
    addBuffer(column.values, values);
  }
  view.setBigInt64(message + numbers.rows, BigInt(count), true);
  view.setBigInt64(message + numbers.bodyLength, BigInt(end - body), true);
  into.set(END_OF_STREAM, end);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
