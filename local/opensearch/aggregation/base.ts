// local/opensearch/aggregation: the rows that aggregations run over: what a query matched, with the columns they need.
import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from '../database/database.ts';
import { realNumber, type SqlBinder, wholeNumber } from '../database/sql-binder.ts';
import { FLAT_SEPARATOR } from '../mapping/document-fields.ts';
import { type Field, multiColumn, singleColumn } from '../mapping/field.ts';
import type { ValueFamily } from '../mapping/value-format.ts';
import { tableCondition } from '../query/candidate-rows.ts';
import { conditionOf } from '../query/condition.ts';
import type { Predicate } from '../query/predicate.ts';
import { scoreOf } from '../query/score.ts';
import { shardError } from '../request/body-parameters.ts';
import { isJsonObject } from '../request/json-text.ts';
import { unsupported } from '../request/response-error.ts';
import { compileTargets, type SearchTarget } from '../search/search-target.ts';
import { type SortKey, sortExpression, textFieldError } from '../search/sort-order.ts';

/** A field's columns in the rows: one value, and where any document has several a list. */
export interface Slot {
  readonly name: string;
  /** Undefined where no index maps the field. */
  readonly field: Field | undefined;
  readonly family: ValueFamily;
  /** SQL of the single value. */
  readonly single: string;
  /** SQL of all values as a list; undefined where every document has at most one. */
  readonly list: string | undefined;
}

interface Source {
  readonly slot: Slot;
  /** Per target its SQL for one value and for a list. */
  readonly columns: readonly { readonly single: string; readonly list: string }[];
}

/** Names that OpenSearch keeps for itself and that hold nothing to aggregate here. */
const META_FIELDS = new Set([
  ...['_source', '_version', '_routing', '_field_names', '_ignored', '_doc_count', '_nested_path', '_seq_no'],
]);
const SQL_TYPES: Readonly<Record<ValueFamily, string>> = {
  keyword: 'VARCHAR',
  ip: 'UHUGEINT',
  integer: 'BIGINT',
  real: 'DOUBLE',
  boolean: 'BIGINT',
  date: 'BIGINT',
};

export class AggregationBase {
  private readonly sources = new Map<string, Source>();
  private readonly extras: (readonly string[])[] = [];
  private readonly predicates: readonly Predicate[];
  readonly targets: readonly SearchTarget[];
  readonly nowMs: number;
  readonly binder: SqlBinder;
  readonly query: unknown;

  constructor(targets: readonly SearchTarget[], query: unknown, binder: SqlBinder, nowMs: number) {
    this.targets = targets;
    this.binder = binder;
    this.nowMs = nowMs;
    this.query = query;
    this.predicates = compileTargets(targets, query, binder, nowMs).map((target) => target.predicate);
  }

  /** A field's values; for one that no index maps there are none, as if it were of the `unmapped` family. */
  slot(name: string, unmapped: ValueFamily = 'keyword'): Slot {
    // one that is nowhere has as many columns as there are families it is asked for in
    const absent = `${name}\u0000${unmapped}`;
    const known = this.sources.get(name) ?? this.sources.get(absent);
    if (known !== undefined) return known.slot;
    const source = this.sourceOf(name, unmapped, `s${this.sources.size}`, `l${this.sources.size}`);
    this.sources.set(source.slot.field === undefined ? absent : name, source);
    return source.slot;
  }

  private sourceOf(name: string, unmapped: ValueFamily, single: string, list: string): Source {
    if (META_FIELDS.has(name)) {
      if (name === '_seq_no') throw unsupported(`field [${name}] in aggregations`);
      throw shardError(`Fielddata is not supported on field [${name}] of type [${name}]`);
    }
    if (name === '_id' || name === '_index') {
      const columns = this.targets.map((target) => ({
        single: name === '_id' ? '_id' : this.binder.text(target.index.name),
        list: 'NULL::VARCHAR[]',
      }));
      const field = { ...META_FIELD, name, type: name };
      return { slot: { name, field, family: 'keyword', single, list: undefined }, columns };
    }
    const found = this.targets.map((target) => fieldOf(target, name));
    const [first] = found.filter((one) => one !== undefined);
    const family =
      found.reduce<ValueFamily | undefined>((before, one) => merged(name, before, one), undefined) ?? unmapped;
    const columns = this.targets.map((target, at) => columnsOf(target, found[at], family, this.binder));
    const nothing = `NULL::${SQL_TYPES[family]}[]`;
    const hasList = columns.some((column) => column.list !== nothing);
    const slot: Slot = {
      name,
      field: first?.field,
      family,
      single,
      list: hasList ? `coalesce(${list}, CASE WHEN ${single} IS NOT NULL THEN [${single}] END)` : undefined,
    };
    return { slot, columns };
  }

  /** Whether no query is asked, or one that OpenSearch knows to keep all documents or those with a value of this field. */
  asksOnlyAbout(field: string): boolean {
    if (!isJsonObject(this.query)) return true;
    const [kind, body] = Object.entries(this.query)[0] ?? [];
    if (!isJsonObject(body)) return false;
    if (kind === 'exists') return body['field'] === field;
    // alone it is a query of its own kind there, for whatever reason
    const { filter } = body;
    const only: unknown = Array.isArray(filter) && filter.length === 1 ? filter[0] : undefined;
    return kind === 'bool' && Object.keys(body).length === 1 && isJsonObject(only) && isJsonObject(only['match_all']);
  }

  /** A boolean column that says whether the document matches the query. */
  filter(query: unknown): string {
    const compiled = compileTargets(this.targets, query, this.binder, this.nowMs);
    return this.column(compiled.map((target) => `(${conditionOf(target.predicate, false)}) IS TRUE`));
  }

  /** The value that a search's sort key has for a document. */
  sortColumn(key: SortKey): string {
    return this.column(
      this.targets.map((target) =>
        sortExpression(key, target.index, target.columns, this.scoreOf(target), target.position, this.binder),
      ),
    );
  }

  /** A date's nanoseconds, where every index that has the field keeps such, and one value a document; else undefined. */
  nanosColumn(slot: Slot): string | undefined {
    const known = this.sources.get(slot.name);
    if (known?.slot !== slot || slot.list !== undefined) return undefined;
    const fields = this.targets.map((target) => fieldOf(target, slot.name));
    if (fields.some((found) => found !== undefined && (found.field.family !== 'nanos' || found.path !== undefined)))
      return undefined;
    return this.column(
      fields.map((found, at) => {
        const column = found === undefined ? undefined : singleColumn(found.field);
        return column !== undefined && this.targets[at]?.columns.has(column) === true ? column : 'NULL::BIGINT';
      }),
    );
  }

  score(): string {
    return this.column(this.targets.map((target) => this.scoreOf(target)));
  }

  private scoreOf(target: SearchTarget): string {
    const predicate = this.predicates[this.targets.indexOf(target)];
    return predicate === undefined ? '0.0' : `(${scoreOf(predicate)})::DOUBLE`;
  }

  private column(sql: readonly string[]): string {
    this.extras.push(sql);
    return `b${this.extras.length - 1}`;
  }

  /** The rows, with `p` = 0: all belong to the one parent of the outermost aggregations. */
  relation(): string {
    return this.rows(this.predicates.map((predicate) => tableCondition(predicate).sql));
  }

  /** All documents of the indexes, whether or not the query matches. */
  everything(): string {
    return this.rows(this.targets.map(() => 'true'));
  }

  private rows(conditions: readonly string[]): string {
    const selects = this.targets.map((target, at) => {
      const columns = [...this.sources.values()].flatMap(({ slot, columns: sql }, number) => {
        const single = `${sql[at]?.single} AS s${number}`;
        return slot.list === undefined ? [single] : [single, `${sql[at]?.list} AS l${number}`];
      });
      for (const [number, sql] of this.extras.entries()) columns.push(`${sql[at]} AS b${number}`);
      return `SELECT ${[`${target.position} AS ix`, '_id', '_seq', '0::BIGINT AS p', ...columns].join(', ')} FROM ${target.index.table} WHERE ${conditions[at]}`;
    });
    return `(${selects.join(' UNION ALL ')})`;
  }

  /** Smallest and largest value of a field in all documents; undefined where there is none. */
  async extent(
    connection: DuckDBConnection,
    slot: Slot,
  ): Promise<{ readonly min: number; readonly max: number } | undefined> {
    const { columns } = this.sources.get(slot.name) ??
      this.sources.get(`${slot.name}\u0000${slot.family}`) ?? { columns: [] };
    const hasList = slot.list !== undefined;
    const selects = this.targets.map((target, at) => {
      const single = columns[at]?.single;
      const list = columns[at]?.list;
      const [low, high] = hasList
        ? [`least(min(${single}), min(list_min(${list})))`, `greatest(max(${single}), max(list_max(${list})))`]
        : [`min(${single})`, `max(${single})`];
      return `SELECT ${low} AS low, ${high} AS high FROM ${target.index.table}`;
    });
    if (selects.length === 0) return undefined;
    const binder = this.binder;
    const [row] = await rowsOf(
      connection,
      binder.statement(`SELECT min(low), max(high) FROM (${selects.join(' UNION ALL ')})`),
    );
    const [low, high] = row ?? [];
    return low === null || low === undefined ? undefined : { min: Number(low), max: Number(high) };
  }
}

const META_FIELD: Omit<Field, 'name' | 'type'> = {
  family: 'keyword',
  ordinal: -1,
  ignoreAbove: undefined,
  formats: [],
  ignoreMalformed: false,
  limits: undefined,
};

interface FoundField {
  readonly field: Field;
  /** Of a part of a flat_object. */
  readonly path: string | undefined;
}

function fieldOf(target: SearchTarget, name: string): FoundField | undefined {
  const { fields } = target.index.mapping;
  const field = fields.get(name);
  if (field?.family === 'flat')
    throw shardError(`Field [${name}] of type [flat_object] does not support doc_value in root field`);
  if (field?.family === 'text') throw shardError(textFieldError(name, field.type).message);
  if (field !== undefined) return { field, path: undefined };
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const parent = fields.get(name.slice(0, dot));
    if (parent?.family === 'flat') return { field: parent, path: name.slice(dot + 1) };
  }
  return undefined;
}

/** Whole numbers and others go together; anything else must be of one kind in all indexes. */
function merged(name: string, before: ValueFamily | undefined, found: FoundField | undefined): ValueFamily | undefined {
  if (found === undefined) return before;
  const own = valueFamilyOf(found.field);
  if (before === undefined || before === own) return own;
  if ((before === 'integer' && own === 'real') || (before === 'real' && own === 'integer')) return 'real';
  throw shardError(`Field [${name}] is of different types in the indexes that are searched: [${before}] and [${own}]`);
}

function valueFamilyOf(field: Field): ValueFamily {
  switch (field.family) {
    case 'nanos':
    case 'date':
      return 'date';
    case 'text':
    case 'flat':
    case 'keyword':
      return 'keyword';
    default:
      return field.family;
  }
}

function columnsOf(
  target: SearchTarget,
  found: FoundField | undefined,
  family: ValueFamily,
  binder: SqlBinder,
): { readonly single: string; readonly list: string } {
  const nothing = { single: `NULL::${SQL_TYPES[family]}`, list: `NULL::${SQL_TYPES[family]}[]` };
  if (found === undefined) return nothing;
  const { field, path } = found;
  const one = singleColumn(field);
  const many = multiColumn(field);
  const hasOne = target.columns.has(one);
  const hasMany = target.columns.has(many);
  if (path !== undefined) {
    const all = [...(hasMany ? [many] : []), ...(hasOne ? [`[${one}]`] : [])];
    if (all.length === 0) return nothing;
    const prefix = binder.text(`${path}${FLAT_SEPARATOR}`);
    const values = `list_filter(coalesce(${all.join(', ')}, []), lambda v: starts_with(v, ${prefix}))`;
    const texts = `list_transform(${values}, lambda v: substr(v, length(${prefix}) + 1))`;
    return { single: nothing.single, list: `nullif(${texts}, []::VARCHAR[])` };
  }
  const value = (sql: string): string => converted(field, family, sql);
  return {
    single: hasOne ? value(one) : nothing.single,
    list: hasMany ? (value('v') === 'v' ? many : `list_transform(${many}, lambda v: ${value('v')})`) : nothing.list,
  };
}

/** A column's value as aggregations count it. */
function converted(field: Field, family: ValueFamily, sql: string): string {
  if (field.family === 'nanos') return `(${sql} // 1000000)`;
  if (field.family === 'boolean') return `${sql}::INTEGER::BIGINT`;
  if (field.type === 'float') return `${sql}::FLOAT::DOUBLE`;
  if (field.type === 'half_float') return halfFloat(sql);
  return family === 'real' && field.family === 'integer' ? `${sql}::DOUBLE` : sql;
}

/** The nearest number with the eleven binary digits that a half_float keeps. */
function halfFloat(sql: string): string {
  const step = `pow(2.0, greatest(floor(log2(abs(${sql}))), -14.0) - 10.0)`;
  return `CASE WHEN ${sql} = 0 THEN ${sql} ELSE round_even(${sql} / ${step}, 0) * ${step} END`;
}

/** The slot with a value where a document has none. */
export function withMissing(slot: Slot, literal: string | undefined): Slot {
  if (literal === undefined) return slot;
  const { list, single } = slot;
  return {
    ...slot,
    single: `coalesce(${single}, ${literal})`,
    list: list === undefined ? undefined : `coalesce(${list}, [${literal}])`,
  };
}

/** The slot's values in those documents only that a condition keeps. */
export function where(slot: Slot, condition: string): Slot {
  const kept = (sql: string): string => `CASE WHEN ${condition} THEN ${sql} END`;
  return { ...slot, single: kept(slot.single), list: slot.list === undefined ? undefined : kept(slot.list) };
}

/** SQL of a value of the family. */
export function literalOf(family: ValueFamily, value: number | bigint | string, binder: SqlBinder): string {
  if (typeof value === 'string') return binder.text(value);
  if (family === 'ip') return wholeNumber(BigInt(value), 'UHUGEINT');
  if (family === 'real') return realNumber(Number(value));
  return wholeNumber(typeof value === 'bigint' ? value : BigInt(Math.trunc(value)), 'BIGINT');
}
