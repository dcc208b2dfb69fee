// local/opensearch/database: rows on their way into a table, gathered a column at a time.

import { type Field, isExact, multiColumn, singleColumn, sqlTypeOf } from '../mapping/field.ts';
import type { ColumnValue } from '../mapping/field-value.ts';
import { type ScannedValues, SHAPE } from '../mapping/scanned-values.ts';
import { ColumnValues, type ValueType } from './column-values.ts';

/** DuckDB's vector size: rows of one data chunk at most. */
export const BATCH_ROWS = 2_048;

/** A column whose rows hold several values each. */
export class ColumnLists {
  readonly values: ColumnValues;
  /** Of each row with values: where they begin in `values`, and how many they are. */
  readonly starts: Uint32Array = new Uint32Array(BATCH_ROWS);
  readonly lengths: Uint32Array = new Uint32Array(BATCH_ROWS);
  count = 0;

  constructor(type: ValueType) {
    this.values = new ColumnValues(type);
  }

  /** Adds to the values of `row`, which is the last row that has any. */
  add(row: number, value: ColumnValue): void {
    this.values.set(this.extend(row), value);
  }

  /** The place in `values` of a further one of `row`, which is the last row that has any. */
  extend(row: number): number {
    const length = this.lengths[row] ?? 0;
    if (length === 0) this.starts[row] = this.count;
    this.lengths[row] = length + 1;
    this.count += 1;
    return this.count - 1;
  }

  clear(): void {
    this.values.clear(this.count);
    this.lengths.fill(0);
    this.count = 0;
  }
}

/** What stands for `_id` among the fields' ordinals. */
export const ID_ORDINAL = -1;

/** A field's columns, where it has them. */
export interface ExactColumns {
  readonly ordinal: number;
  readonly single: ColumnValues | undefined;
  readonly several: ColumnLists | undefined;
}

export class RowBatch {
  rows = 0;
  readonly columns = new Map<string, ColumnValues>();
  readonly lists = new Map<string, ColumnLists>();
  /** The same by the fields' ordinals. */
  private readonly singles: (ColumnValues | undefined)[] = [];
  private readonly severals: (ColumnLists | undefined)[] = [];
  /** Fields of either that are asked for by whole values. */
  private readonly exact = new Set<number>();

  get isFull(): boolean {
    return this.rows === BATCH_ROWS;
  }

  /** Columns that have been used, with their SQL types. */
  types(): Map<string, string> {
    const types = new Map<string, string>();
    for (const [name, { type }] of this.columns) types.set(name, type);
    for (const [name, { values }] of this.lists) types.set(name, `${values.type}[]`);
    return types;
  }

  /** The column of this name, which is made with its first value. */
  column(name: string, type: ValueType): ColumnValues {
    const known = this.columns.get(name);
    if (known !== undefined) return known;
    const column = new ColumnValues(type);
    this.columns.set(name, column);
    return column;
  }

  single(field: Field): ColumnValues {
    const known = this.singles[field.ordinal];
    if (known !== undefined) return known;
    const column = this.column(singleColumn(field), sqlTypeOf(field.family));
    this.singles[field.ordinal] = column;
    if (isExact(field)) this.exact.add(field.ordinal);
    return column;
  }

  several(field: Field): ColumnLists {
    const known = this.severals[field.ordinal];
    if (known !== undefined) return known;
    const lists = new ColumnLists(sqlTypeOf(field.family));
    this.severals[field.ordinal] = lists;
    this.lists.set(multiColumn(field), lists);
    return lists;
  }

  /** The ids, and the fields that are asked for by whole values. */
  *exactColumns(): Generator<ExactColumns> {
    yield { ordinal: ID_ORDINAL, single: this.columns.get('_id'), several: undefined };
    for (const ordinal of this.exact) yield { ordinal, single: this.singles[ordinal], several: this.severals[ordinal] };
  }

  /** Values of one document in their order; a field with several values stands several times. */
  addValues(fields: readonly Field[], values: readonly ColumnValue[]): void {
    const row = this.rows;
    for (let at = 0; at < fields.length; at += 1) {
      const field = fields[at];
      const value = values[at];
      if (field === undefined || value === undefined) continue;
      const single = this.single(field);
      if (single.isSet(row)) {
        single.unset(row);
        const lists = this.several(field);
        lists.add(row, values[fields.indexOf(field)] ?? value);
        lists.add(row, value);
      } else {
        const lists = this.severals[field.ordinal];
        if (lists !== undefined && (lists.lengths[row] ?? 0) > 0) lists.add(row, value);
        else single.set(row, value);
      }
    }
  }

  /** The same of a document that was scanned. */
  addScanned(scanned: ScannedValues): void {
    const row = this.rows;
    const { fields, count } = scanned;
    for (let at = 0; at < count; at += 1) {
      const field = fields[at];
      if (field === undefined) continue;
      const single = this.singles[field.ordinal] ?? this.single(field);
      if (single.isSet(row)) {
        single.unset(row);
        const lists = this.several(field);
        putScanned(lists.values, lists.extend(row), scanned, fields.indexOf(field));
        putScanned(lists.values, lists.extend(row), scanned, at);
      } else {
        const lists = this.severals[field.ordinal];
        if (lists !== undefined && (lists.lengths[row] ?? 0) > 0)
          putScanned(lists.values, lists.extend(row), scanned, at);
        else putScanned(single, row, scanned, at);
      }
    }
  }

  /** Forgets the rows, not the columns: the next rows will need the same memory. */
  clear(): void {
    for (const column of this.columns.values()) column.clear(this.rows);
    for (const list of this.lists.values()) list.clear();
    this.rows = 0;
  }
}

/** Writes the scanned value number `at` to a column. */
function putScanned(
  column: ColumnValues,
  row: number,
  { bytes, made, shapes, a, b, others }: ScannedValues,
  at: number,
): void {
  const first = a[at] ?? 0;
  switch (shapes[at]) {
    case SHAPE.bytes:
      column.setTextBytes(row, bytes, first, b[at] ?? 0);
      return;
    case SHAPE.made:
      column.setTextBytes(row, made, first, b[at] ?? 0);
      return;
    case SHAPE.whole:
      column.setInteger(row, first);
      return;
    case SHAPE.halves:
      column.setHalves(row, first, b[at] ?? 0);
      return;
    case SHAPE.real:
      column.setReal(row, first);
      return;
    case SHAPE.address:
      column.setAddress(row, first);
      return;
    case SHAPE.boolean:
      column.setBoolean(row, first === 1);
      return;
    default: {
      const value = others[first];
      if (value !== undefined) column.set(row, value);
    }
  }
}
