// local/opensearch: the rows that aggregations run over: what a query matched, with the columns they need.
import { type Family, type Field, multiColumn, singleColumn, sqlTypeOf } from './field.ts';
import { conditionOf } from './predicate.ts';
import { compileTargets, type SearchTarget } from './search-target.ts';
import { textFieldError } from './sort-order.ts';
import type { SqlBinder } from './sql-binder.ts';

/** A field's columns in the rows: one value, and where any document has several a list. */
export interface Slot {
  readonly name: string;
  /** Undefined where no index maps the field. */
  readonly field: Field | undefined;
  readonly family: Family;
  /** SQL of the single value. */
  readonly single: string;
  /** SQL of all values as a list; undefined where every document has at most one. */
  readonly list: string | undefined;
}

export class AggregationBase {
  private readonly slots = new Map<string, Slot>();
  private readonly filters: { readonly name: string; readonly conditions: readonly string[] }[] = [];
  private readonly targets: readonly SearchTarget[];
  private readonly conditions: readonly string[];
  private readonly nowMs: number;
  readonly binder: SqlBinder;

  constructor(targets: readonly SearchTarget[], query: unknown, binder: SqlBinder, nowMs: number) {
    this.targets = targets;
    this.binder = binder;
    this.nowMs = nowMs;
    this.conditions = compileTargets(targets, query, binder, nowMs).map((target) => conditionOf(target.predicate));
  }

  slot(name: string): Slot {
    const known = this.slots.get(name);
    if (known !== undefined) return known;
    const fields = this.targets.map((target) => target.index.mapping.fields.get(name));
    const field = fields.find((found) => found !== undefined);
    if (field !== undefined && (field.family === 'text' || field.family === 'flat'))
      throw textFieldError(name, field.type);
    const family = field?.family ?? 'keyword';
    const number = this.slots.size;
    const hasList = this.targets.some((target, at) => {
      const own = fields[at];
      return own !== undefined && own.family === family && target.columns.has(multiColumn(own));
    });
    const slot: Slot = {
      name,
      field,
      family,
      single: `s${number}`,
      list: hasList ? `coalesce(l${number}, CASE WHEN s${number} IS NOT NULL THEN [s${number}] END)` : undefined,
    };
    this.slots.set(name, slot);
    return slot;
  }

  /** A boolean column that says whether the document matches the query. */
  filter(query: unknown): string {
    const name = `b${this.filters.length}`;
    const compiled = compileTargets(this.targets, query, this.binder, this.nowMs);
    this.filters.push({ name, conditions: compiled.map((target) => conditionOf(target.predicate)) });
    return name;
  }

  /** The rows, with `p` = 0: all belong to the one parent of the outermost aggregations. */
  relation(): string {
    const selects = this.targets.map((target, at) => {
      const columns = [...this.slots.values()].flatMap((slot, number) => this.slotColumns(target, slot, number));
      for (const { name, conditions } of this.filters) columns.push(`(${conditions[at]}) IS TRUE AS ${name}`);
      return `SELECT ${[`${target.position} AS ix`, '_id', '_seq', '0::BIGINT AS p', ...columns].join(', ')} FROM ${target.index.table} WHERE ${this.conditions[at]}`;
    });
    return `(${selects.join(' UNION ALL ')})`;
  }

  private slotColumns(target: SearchTarget, slot: Slot, number: number): readonly string[] {
    const own = target.index.mapping.fields.get(slot.name);
    const type = sqlTypeOf(slot.family);
    const read = (column: string | undefined, fallback: string): string =>
      column !== undefined && target.columns.has(column) && own?.family === slot.family ? column : fallback;
    const single = `${read(own === undefined ? undefined : singleColumn(own), `NULL::${type}`)} AS s${number}`;
    if (slot.list === undefined) return [single];
    return [single, `${read(own === undefined ? undefined : multiColumn(own), `NULL::${type}[]`)} AS l${number}`];
  }
}
