// chunk: flow rows that wait to be spilled, row by row; turned into columns when they are.

import { type Columns, type FieldType, FLOW_FIELDS, type FlowRows } from '../flow/flow-fields.ts';
import { type FlowRow, fieldPosition } from '../flow/flow-row.ts';

const FIELDS = Object.entries(FLOW_FIELDS) as readonly (readonly [keyof typeof FLOW_FIELDS, FieldType])[]; // entries of a literal
const WIDTH = FIELDS.length;
const BINARY_FIELDS = FIELDS.flatMap(([, type], f) => (type === 'binary' ? [f] : []));
const LIST_FIELDS = FIELDS.flatMap(([, type], f) => (type === 'list-i32' || type === 'list-f64' ? [f] : []));
const FIRST_CHUNK = fieldPosition('firstChunk');
const LAST_CHUNK = fieldPosition('lastChunk');
const BLOCK_ROWS = 64;
/** From here on one call copies faster than a loop. */
const LONG_VALUE = 32;
const INITIAL_ROWS = 16;
const INITIAL_BYTES = 4096;
const INITIAL_NUMBERS = 256;

const NUMERIC_ARRAYS = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
} as const;

export class RowBuffer {
  count = 0;
  #values = new Float64Array(INITIAL_ROWS * WIDTH);
  #bytes = new Uint8Array(INITIAL_BYTES);
  #numbers = new Float64Array(INITIAL_NUMBERS);
  #byteLength = 0;
  #numberLength = 0;

  /** Bytes the rows take up here. */
  get size(): number {
    return this.count * WIDTH * 8 + this.#byteLength + this.#numberLength * 8;
  }

  /** Takes a copy of the row. */
  append(row: FlowRow, firstChunk: number, lastChunk: number): void {
    const at = this.count * WIDTH;
    this.#reserve(at + WIDTH, this.#byteLength + row.byteLength, this.#numberLength + row.numberLength);
    this.#values.set(row.values, at);
    this.#values[at + FIRST_CHUNK] = firstChunk;
    this.#values[at + LAST_CHUNK] = lastChunk;
    this.#bytes.set(row.bytes.subarray(0, row.byteLength), this.#byteLength);
    this.#numbers.set(row.numbers.subarray(0, row.numberLength), this.#numberLength);
    this.#byteLength += row.byteLength;
    this.#numberLength += row.numberLength;
    this.count++;
  }

  /** All rows as columns; the buffer is empty afterwards. */
  take(): FlowRows {
    const { count } = this;
    const cells = transposed(this.#values, count);
    const bytes = new Gatherer(this.#bytes, count);
    const numbers = new Gatherer(this.#numbers, count);
    this.#findRows(bytes, numbers);
    const columns: Record<string, unknown> = {};
    for (const [f, [name, type]] of FIELDS.entries()) {
      const column = cells.subarray(f * count, (f + 1) * count);
      if (type === 'binary') columns[name] = bytes.gather(column, (length) => new Uint8Array(length));
      else if (type === 'list-i32') columns[name] = numbers.gather(column, (length) => new Int32Array(length));
      else if (type === 'list-f64') columns[name] = numbers.gather(column, (length) => new Float64Array(length));
      else columns[name] = type === 'f64' ? column : new NUMERIC_ARRAYS[type](column);
    }
    this.count = 0;
    this.#byteLength = 0;
    this.#numberLength = 0;
    return { count, columns: columns as unknown as Columns<typeof FLOW_FIELDS> }; // one column per field was just made
  }

  /** Where each row's variable values begin. */
  #findRows(bytes: Gatherer, numbers: Gatherer): void {
    let byteStart = 0;
    let numberStart = 0;
    for (let row = 0, at = 0; row < this.count; row++, at += WIDTH) {
      bytes.positions[row] = byteStart;
      numbers.positions[row] = numberStart;
      for (const f of BINARY_FIELDS) byteStart += this.#values[at + f] ?? 0;
      for (const f of LIST_FIELDS) numberStart += this.#values[at + f] ?? 0;
    }
  }

  #reserve(values: number, bytes: number, numbers: number): void {
    if (values > this.#values.length) {
      const longer = new Float64Array(this.#values.length * 2);
      longer.set(this.#values);
      this.#values = longer;
    }
    if (bytes > this.#bytes.length) {
      const longer = new Uint8Array(Math.max(bytes, this.#bytes.length * 2));
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    if (numbers > this.#numbers.length) {
      const longer = new Float64Array(Math.max(numbers, this.#numbers.length * 2));
      longer.set(this.#numbers);
      this.#numbers = longer;
    }
  }
}

/** Row after row to column after column, in blocks of rows that stay in the processor's cache. */
function transposed(rows: Float64Array, count: number): Float64Array {
  const columns = new Float64Array(count * WIDTH);
  for (let start = 0; start < count; start += BLOCK_ROWS) {
    const end = Math.min(start + BLOCK_ROWS, count);
    for (let f = 0; f < WIDTH; f++) {
      const column = f * count;
      for (let row = start, at = start * WIDTH + f; row < end; row++, at += WIDTH)
        columns[column + row] = rows[at] ?? 0;
    }
  }
  return columns;
}

/** Collects one variable field after the other out of what lies row after row. */
class Gatherer {
  /** Where each row's next field begins. */
  readonly positions: Float64Array;
  readonly #from: Uint8Array | Float64Array;

  constructor(from: Uint8Array | Float64Array, rows: number) {
    this.#from = from;
    this.positions = new Float64Array(rows);
  }

  gather<A extends Uint8Array | Int32Array | Float64Array>(lengths: Float64Array, create: (length: number) => A) {
    const offsets = new Int32Array(lengths.length + 1);
    let end = 0;
    for (let row = 0; row < lengths.length; row++) {
      end += lengths[row] ?? 0;
      offsets[row + 1] = end;
    }
    const values = create(end);
    for (let row = 0; row < lengths.length; row++) {
      const length = lengths[row] ?? 0;
      const start = this.positions[row] ?? 0;
      const to = offsets[row] ?? 0;
      if (length > LONG_VALUE) values.set(this.#from.subarray(start, start + length), to);
      else for (let k = 0; k < length; k++) values[to + k] = this.#from[start + k] ?? 0;
      this.positions[row] = start + length;
    }
    return { offsets, values };
  }
}
