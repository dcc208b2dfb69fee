// chunk: flow rows that wait to be spilled, as columns that grow and are used again.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { type ColumnOf, type Columns, type FieldType, FLOW_FIELDS, type FlowRows } from '../flow/flow-fields.ts';
import { type FlowRow, fieldPosition } from '../flow/flow-row.ts';

type NumericType = 'u8' | 'u16' | 'u32' | 'i32' | 'f32' | 'f64';
type ListType = 'list-i32' | 'list-f64';

const NUMERIC_ARRAYS = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
const NAMES = Object.keys(FLOW_FIELDS) as readonly (keyof typeof FLOW_FIELDS)[]; // keys of a literal
const TYPES: readonly FieldType[] = Object.values(FLOW_FIELDS);
const FIRST_CHUNK = fieldPosition('firstChunk');
const LAST_CHUNK = fieldPosition('lastChunk');
/** Rows gathered before they go to the columns: they fit in the processor's cache, so that turning them round is cheap. */
const BLOCK_ROWS = 64;
const INITIAL_ROWS = BLOCK_ROWS;
const INITIAL_VALUES = 64;
/** From here on one call copies faster than a loop. */
const LONG_VALUE = 48;
/** Bytes of a row's numbers, and of its variable values' offsets. */
const FIXED_BYTES = TYPES.reduce(
  (sum, type) => sum + (isNumeric(type) ? NUMERIC_ARRAYS[type].BYTES_PER_ELEMENT : 4),
  0,
);

function isNumeric(type: FieldType): type is NumericType {
  return type in NUMERIC_ARRAYS;
}

/** One variable column: where each row's values end, and the values. */
class VariableValues<A extends Uint8Array | Int32Array | Float64Array> {
  readonly position: number;
  offsets = new Int32Array(INITIAL_ROWS + 1);
  values: A;
  readonly #create: (length: number) => A;

  constructor(position: number, create: (length: number) => A) {
    this.position = position;
    this.#create = create;
    this.values = create(INITIAL_VALUES);
  }

  /** Appends `length` of `from` for a row. */
  write(row: number, from: Uint8Array | Float64Array, start: number, length: number): void {
    const at = this.offsets[row] as number; // the buffer makes room for rows first
    const end = at + length;
    this.offsets[row + 1] = end;
    if (end > this.values.length) {
      const longer = this.#create(Math.max(end, 2 * this.values.length));
      longer.set(this.values);
      this.values = longer;
    }
    const { values } = this;
    if (length > LONG_VALUE) values.set(from.subarray(start, start + length), at);
    else for (let k = 0; k < length; k++) values[at + k] = from[start + k] as number;
  }

  growRows(rows: number): void {
    const longer = new Int32Array(rows + 1);
    longer.set(this.offsets);
    this.offsets = longer;
  }

  /** Saves the first `rows` rows, or restores them. */
  async exchange(state: StateExchange, rows: number): Promise<void> {
    const length = this.offsets[rows] ?? 0;
    this.offsets = await state.array(this.offsets, rows + 1);
    this.values = await state.array(this.values, length);
  }
}

export class RowBuffer {
  count = 0;
  #variableBytes = 0;
  #capacity = INITIAL_ROWS;
  /** The latest rows, one behind the other. */
  readonly #block = new Float64Array(TYPES.length * BLOCK_ROWS);
  #blockRows = 0;
  /** One field of them. */
  readonly #gathered = new Float64Array(BLOCK_ROWS);
  readonly #numeric = TYPES.flatMap((type, f) => (isNumeric(type) ? [createNumeric(type, f)] : []));
  readonly #binaries = positionsOf('binary').map((f) => new VariableValues(f, (length) => new Uint8Array(length)));
  readonly #lists = TYPES.flatMap((type, f) => (isList(type) ? [createList(type, f)] : []));

  /** Bytes the rows take up when written out. */
  get size(): number {
    return this.count * FIXED_BYTES + this.#variableBytes;
  }

  /** Takes a copy of the row. */
  append(row: FlowRow, firstChunk: number, lastChunk: number): void {
    if (this.count === this.#capacity) this.#grow();
    const at = this.count++;
    const { values } = row;
    values[FIRST_CHUNK] = firstChunk;
    values[LAST_CHUNK] = lastChunk;
    this.#block.set(values, this.#blockRows * values.length);
    if (++this.#blockRows === BLOCK_ROWS) this.#flush();
    let start = 0;
    for (const column of this.#binaries) {
      const length = values[column.position] as number; // one value per field
      column.write(at, row.bytes, start, length);
      start += length;
    }
    this.#variableBytes += start;
    start = 0;
    for (const column of this.#lists) {
      const length = values[column.position] as number;
      column.write(at, row.numbers, start, length);
      start += length;
      this.#variableBytes += length * column.values.BYTES_PER_ELEMENT;
    }
  }

  /** All rows, valid until the next `append`; the buffer is empty afterwards. */
  take(): FlowRows {
    this.#flush();
    const { count } = this;
    const columns: Record<string, unknown> = {};
    for (const { position, column } of this.#numeric) columns[NAMES[position] ?? ''] = column;
    for (const { position, offsets, values } of [...this.#binaries, ...this.#lists]) {
      columns[NAMES[position] ?? ''] = { offsets, values };
    }
    this.count = 0;
    this.#variableBytes = 0;
    return { count, columns: columns as unknown as Columns<typeof FLOW_FIELDS> }; // one column per field was just given
  }

  /** The latest rows go to the columns. */
  #flush(): void {
    const rows = this.#blockRows;
    const first = this.count - rows;
    const block = this.#block;
    const gathered = this.#gathered;
    const values = rows === BLOCK_ROWS ? gathered : gathered.subarray(0, rows);
    for (const { column, position } of this.#numeric) {
      for (let row = 0, from = position; row < rows; row++, from += TYPES.length) gathered[row] = block[from] as number;
      column.set(values, first);
    }
    this.#blockRows = 0;
  }

  #grow(): void {
    this.#capacity *= 2;
    for (const numeric of this.#numeric) {
      const longer = numeric.create(this.#capacity);
      longer.set(numeric.column);
      numeric.column = longer;
    }
    for (const column of [...this.#binaries, ...this.#lists]) column.growRows(this.#capacity);
  }

  /** Saves the state, or restores it; the latest rows go to the columns first, as they would sooner or later. */
  async exchange(state: StateExchange): Promise<void> {
    this.#flush();
    const rows = this.count;
    this.count = await state.number(this.count);
    this.#variableBytes = await state.number(this.#variableBytes);
    this.#capacity = await state.number(this.#capacity);
    for (const numeric of this.#numeric) numeric.column = await state.array(numeric.column, rows);
    for (const column of [...this.#binaries, ...this.#lists]) await column.exchange(state, rows);
  }
}

interface NumericColumn {
  readonly position: number;
  readonly create: (rows: number) => ColumnOf[NumericType];
  column: ColumnOf[NumericType];
}

function createNumeric(type: NumericType, position: number): NumericColumn {
  const create = (rows: number) => new NUMERIC_ARRAYS[type](rows);
  return { position, create, column: create(INITIAL_ROWS) };
}

function positionsOf(type: FieldType): readonly number[] {
  return TYPES.flatMap((other, f) => (other === type ? [f] : []));
}

function isList(type: FieldType): type is ListType {
  return type === 'list-i32' || type === 'list-f64';
}

function createList(type: ListType, position: number): VariableValues<Int32Array> | VariableValues<Float64Array> {
  if (type === 'list-i32') return new VariableValues(position, (length) => new Int32Array(length));
  return new VariableValues(position, (length) => new Float64Array(length));
}
