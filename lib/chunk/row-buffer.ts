// chunk: flow rows that wait to be spilled, row by row; turned into columns when they are.

import { type Columns, type FieldType, FLOW_FIELDS, type FlowRows } from '../flow/flow-fields.ts';
import { type FlowRow, fieldPosition } from '../flow/flow-row.ts';

const FIELDS = Object.entries(FLOW_FIELDS) as readonly (readonly [keyof typeof FLOW_FIELDS, FieldType])[]; // entries of a literal
const WIDTH = FIELDS.length;
const FIRST_CHUNK = fieldPosition('firstChunk');
const LAST_CHUNK = fieldPosition('lastChunk');
const INITIAL_ROWS = 16;
const INITIAL_BYTES = 4096;
const INITIAL_NUMBERS = 256;

const NUMERIC_ARRAYS = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
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
    const rows = this.#values;
    const scratch = new Float64Array(count);
    const bytes = new Gatherer(this.#bytes, count);
    const numbers = new Gatherer(this.#numbers, count);
    this.#findRows(bytes, numbers);
    const columns: Record<string, unknown> = {};
    for (const [f, [name, type]] of FIELDS.entries()) {
      for (let row = 0, at = f; row < count; row++, at += WIDTH) scratch[row] = rows[at] as number; // at < count * WIDTH
      if (type === 'binary') columns[name] = bytes.gather(scratch, (length) => new Uint8Array(length));
      else if (type === 'list-i32') columns[name] = numbers.gather(scratch, (length) => new Int32Array(length));
      else if (type === 'list-f64') columns[name] = numbers.gather(scratch, (length) => new Float64Array(length));
      else columns[name] = new NUMERIC_ARRAYS[type](scratch);
    }
    this.count = 0;
    this.#byteLength = 0;
    this.#numberLength = 0;
    return { count, columns: columns as unknown as Columns<typeof FLOW_FIELDS> }; // one column per field was just made
  }

  /** Where each row's variable values begin. */
  #findRows(bytes: Gatherer, numbers: Gatherer): void {
    const ofBytes = FIELDS.flatMap(([, type], f) => (type === 'binary' ? [f] : []));
    const ofNumbers = FIELDS.flatMap(([, type], f) => (type === 'list-i32' || type === 'list-f64' ? [f] : []));
    const length = (row: number, fields: readonly number[]) =>
      fields.reduce((sum, f) => sum + (this.#values[row * WIDTH + f] ?? 0), 0);
    let byteStart = 0;
    let numberStart = 0;
    for (let row = 0; row < this.count; row++) {
      bytes.positions[row] = byteStart;
      numbers.positions[row] = numberStart;
      byteStart += length(row, ofBytes);
      numberStart += length(row, ofNumbers);
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
      for (let k = 0, to = offsets[row] ?? 0; k < length; k++, to++) values[to] = this.#from[start + k] ?? 0;
      this.positions[row] = start + length;
    }
    return { offsets, values };
  }
}
