// chunk: the one record batch of a column object, read without trusting a length in it (arrow.apache.org/docs/format/Columnar.html, "Encapsulated message format"; flatbuffers.dev, "Internals").

/** Where one buffer lies in the bytes. */
export interface BufferPlace {
  readonly start: number;
  readonly length: number;
}

export interface ArrowBatch {
  readonly rows: number;
  /** Validity, offsets and values of each column in turn, as the columns' types have them. */
  readonly buffers: readonly BufferPlace[];
}

const CONTINUATION = 0xffff_ffff;
const MESSAGE_PREFIX = 8;
const HEADER_RECORD_BATCH = 3;
/** Fields of the two tables by number. */
const MESSAGE = { headerType: 1, header: 2, bodyLength: 3 } as const;
const RECORD_BATCH = { length: 0, nodes: 1, buffers: 2 } as const;
/** Bytes of a pair of longs. */
export const PAIR_BYTES = 16;

/**
 * The record batch message at `at`; undefined where it is not one with exactly `bufferCount` buffers inside the bytes.
 * The column's nodes (row and null counts) are not read: our writer has no nulls, and lengths follow from the buffers.
 */
export function readArrowBatch(bytes: Uint8Array, at: number, bufferCount: number): ArrowBatch | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return readBatch(view, at, bufferCount);
  } catch (error) {
    // DataView throws where an offset leads outside the bytes.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Where the numbers of a record batch message lie, and where its body begins. */
export interface BatchNumbers {
  readonly rows: number;
  readonly bodyLength: number;
  /** The first of so many pairs of longs: rows and nulls of a column, start and length of a buffer. */
  readonly nodes: number;
  readonly nodeCount: number;
  readonly buffers: number;
  readonly bufferCount: number;
  readonly body: number;
}

/** Undefined where there is no record batch message at `at`; throws RangeError where it leads outside the bytes. */
export function findBatchNumbers(view: DataView, at: number): BatchNumbers | undefined {
  if (view.getUint32(at, true) !== CONTINUATION) return undefined;
  const root = at + MESSAGE_PREFIX;
  const body = root + view.getUint32(at + 4, true);
  const message = root + view.getUint32(root, true);
  const headerType = field(view, message, MESSAGE.headerType);
  const header = field(view, message, MESSAGE.header);
  if (headerType === 0 || header === 0 || view.getUint8(headerType) !== HEADER_RECORD_BATCH) return undefined;
  const batch = header + view.getUint32(header, true);
  const nodes = vector(view, batch, RECORD_BATCH.nodes);
  const buffers = vector(view, batch, RECORD_BATCH.buffers);
  if (nodes === undefined || buffers === undefined) return undefined;
  return {
    rows: field(view, batch, RECORD_BATCH.length),
    bodyLength: field(view, message, MESSAGE.bodyLength),
    nodes: nodes.start,
    nodeCount: nodes.count,
    buffers: buffers.start,
    bufferCount: buffers.count,
    body,
  };
}

function vector(view: DataView, table: number, number: number) {
  const at = field(view, table, number);
  if (at === 0) return undefined;
  const start = at + view.getUint32(at, true);
  return { start: start + 4, count: view.getUint32(start, true) };
}

function readBatch(view: DataView, at: number, bufferCount: number): ArrowBatch | undefined {
  const numbers = findBatchNumbers(view, at);
  if (numbers?.bufferCount !== bufferCount) return undefined;
  const { body } = numbers;
  const bodyLength = readLong(view, numbers.bodyLength);
  if (!isWithin(body, bodyLength, view.byteLength)) return undefined;
  const buffers: BufferPlace[] = [];
  for (let k = 0; k < bufferCount; k++) {
    const struct = numbers.buffers + k * PAIR_BYTES;
    const offset = readLong(view, struct);
    const length = readLong(view, struct + 8);
    if (!isWithin(offset, length, bodyLength)) return undefined;
    buffers.push({ start: body + offset, length });
  }
  return { rows: readLong(view, numbers.rows), buffers };
}

/** Where a table's field lies; 0 where it is left out. */
function field(view: DataView, table: number, number: number): number {
  const vtable = table - view.getInt32(table, true);
  const entry = 4 + 2 * number;
  if (entry >= view.getUint16(vtable, true)) return 0;
  const offset = view.getUint16(vtable + entry, true);
  return offset === 0 ? 0 : table + offset;
}

/** A field left out is 0. */
function readLong(view: DataView, at: number): number {
  return at === 0 ? 0 : Number(view.getBigInt64(at, true));
}

function isWithin(start: number, length: number, end: number): boolean {
  return start >= 0 && length >= 0 && start + length <= end;
}
