// local/opensearch/search: single fields of hits: their values as they are sorted by, or as they were written.
import { BIGINT, type DuckDBConnection } from '@duckdb/node-api';
import { formatIp } from '../../../lib/query/ip-number.ts';
import { numberOf } from '../catalog/index-catalog.ts';
import { rowsOf } from '../database/database.ts';
import { SqlBinder } from '../database/sql-binder.ts';
import { type Field, multiColumn, singleColumn } from '../mapping/field.ts';
import { type ColumnValue, columnValueOf, parseDocument } from '../mapping/field-value.ts';
import { type ValueFormat, valueFormat } from '../mapping/value-format.ts';
import { fieldScope } from '../query/query-scope.ts';
import { ShardError, shardError } from '../request/body-parameters.ts';
import { namePattern } from '../request/name-pattern.ts';
import type { Hit } from './search-hit.ts';
import { type SearchTarget, searchFailure } from './search-target.ts';
import type { ShownField, ShownFields } from './shown-fields-request.ts';
import { sourceValues } from './source-values.ts';

type FieldValues = Readonly<Record<string, readonly unknown[]>>;

/** Nanoseconds of the unit in which a format counts since 1970. */
const EPOCHS: ReadonlyMap<string, bigint> = new Map([
  ['epoch_millis', 1_000_000n],
  ['epoch_second', 1_000_000_000n],
]);

interface ShownFormat extends ValueFormat {
  readonly epoch: bigint | undefined;
}

interface FieldPlan {
  readonly name: string;
  readonly field: Field;
  readonly format: ShownFormat;
}

/** One answer per hit, in their order; undefined where no field has a value. */
export async function shownFields(
  connection: DuckDBConnection,
  hits: readonly Hit[],
  { docValues, written }: ShownFields,
): Promise<readonly (FieldValues | undefined)[]> {
  const answers: (FieldValues | undefined)[] = hits.map(() => undefined);
  for (const [target, list] of Map.groupBy(hits.entries(), ([, hit]) => hit.target)) {
    const seqNos = list.map(([, hit]) => hit.seqNo);
    const sorted = await readDocValues(connection, target, seqNos, planFields(target, docValues, true));
    const inOrder = readWritten(target, seqNos, planFields(target, written, false));
    for (const [slot, { seqNo }] of list) {
      const values = { ...sorted.get(seqNo), ...inOrder.get(seqNo) };
      if (Object.keys(values).length > 0) answers[slot] = values;
    }
  }
  return answers;
}

function planFields(target: SearchTarget, fields: readonly ShownField[], isDocValues: boolean): readonly FieldPlan[] {
  try {
    const plans = new Map<string, FieldPlan>();
    for (const { name: pattern, format } of fields) {
      for (const [name, field] of fieldsNamed(target, pattern)) {
        plans.set(name, { name, field, format: formatOf(field, format, isDocValues) });
      }
    }
    return [...plans.values()];
  } catch (error) {
    throw error instanceof ShardError ? searchFailure(error, target.index) : error;
  }
}

/** What no mapping has is left out, as in OpenSearch; what is of the engine's own making is refused. */
function fieldsNamed({ index, columns }: SearchTarget, pattern: string): readonly (readonly [string, Field])[] {
  const { fields } = index.mapping;
  if (pattern.includes('*')) {
    const isMeant = namePattern(pattern);
    return [...fields].filter(([name]) => isMeant(name));
  }
  const field = fields.get(pattern);
  if (field !== undefined) return [[pattern, field]];
  const scope = { index, columns, binder: new SqlBinder(), nowMs: 0 };
  if (pattern.startsWith('_') || fieldScope(scope, pattern)?.field.family === 'flat')
    throw shardError(`field [${pattern}] among shown fields is not supported by the embedded search engine`);
  return [];
}

function formatOf(field: Field, format: string | undefined, isDocValues: boolean): ShownFormat {
  const { family, name, type } = field;
  if (family === 'flat') {
    if (isDocValues) throw shardError(`Field [${name}] of type [${type}] does not support doc_value in root field`);
    throw shardError(`field [${name}] of type [${type}] in [fields] is not supported by the embedded search engine`);
  }
  if (family === 'text') {
    if (isDocValues)
      throw shardError(
        `Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Alternatively, set fielddata=true on [${name}] in order to load field data by uninverting the inverted index. Note that this can use significant memory.`,
      );
  }
  const isDate = family === 'date' || family === 'nanos';
  if (!isDocValues && format !== undefined && !isDate)
    throw shardError(`Field [${name}] of type [${type}] doesn't support formats.`);
  const epoch = EPOCHS.get(format ?? field.formats[0] ?? '');
  return { ...valueFormat(isDate ? 'date' : family === 'text' ? 'keyword' : family, field, format, undefined), epoch };
}

async function readDocValues(
  connection: DuckDBConnection,
  { index, columns }: SearchTarget,
  seqNos: readonly bigint[],
  plans: readonly FieldPlan[],
): Promise<ReadonlyMap<bigint, FieldValues>> {
  const found = new Map<bigint, FieldValues>();
  if (plans.length === 0 || seqNos.length === 0) return found;
  const column = (name: string): string => (columns.has(name) ? name : 'NULL');
  const selected = plans.flatMap(({ field }) => [column(singleColumn(field)), column(multiColumn(field))]);
  const binder = new SqlBinder();
  const list = binder.list([...new Set(seqNos)], BIGINT);
  const sql = `SELECT _seq, ${selected.join(', ')} FROM ${index.table} WHERE _seq IN (SELECT unnest(${list}))`;
  for (const [seqNo, ...values] of await rowsOf(connection, binder.statement(sql))) {
    if (typeof seqNo !== 'bigint') continue;
    const shown = plans.flatMap(({ name, field, format }, at) => {
      const [one, several] = [values[at * 2], values[at * 2 + 1]];
      const items = several === null || several === undefined ? [one] : itemsOf(several);
      const ordered = inOrder(field, items.filter(isColumnValue));
      return ordered.length === 0 ? [] : [[name, ordered.map((value) => shownValue(field, format, value))] as const];
    });
    found.set(seqNo, Object.fromEntries(shown));
  }
  return found;
}

function readWritten(
  { index }: SearchTarget,
  seqNos: readonly bigint[],
  plans: readonly FieldPlan[],
): ReadonlyMap<bigint, FieldValues> {
  const found = new Map<bigint, FieldValues>();
  if (plans.length === 0) return found;
  const texts = index.store.read(numberOf(index.table), seqNos.map(Number));
  const wanted = new Set(plans.map(({ field }) => field));
  for (const seqNo of seqNos) {
    const document = parseDocument(texts.get(Number(seqNo)) ?? '{}');
    const values = sourceValues(index.mapping.root, document, wanted);
    const shown = plans.flatMap(({ name, field, format }) => {
      const own = (values.get(field) ?? []).flatMap((value): readonly ColumnValue[] => {
        if (field.family === 'text') return typeof value === 'object' ? [] : [String(value)];
        const kept = columnValueOf({ ...field, ignoreMalformed: true }, value, '');
        return kept === undefined ? [] : [kept];
      });
      return own.length === 0 ? [] : [[name, shownList(own, field, format)] as const];
    });
    found.set(seqNo, Object.fromEntries(shown));
  }
  return found;
}

function shownList(values: readonly ColumnValue[], field: Field, format: ShownFormat): readonly unknown[] {
  // This type gives its values as they are kept, whatever they are asked for.
  const list = field.type === 'wildcard' ? inOrder(field, values) : values;
  return list.map((value) => (field.type === 'float' ? shortest(Number(value)) : shownValue(field, format, value)));
}

/** The number with the fewest digits that is the same float. */
function shortest(value: number): number {
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function itemsOf(list: unknown): readonly unknown[] {
  const items = typeof list === 'object' && list !== null && 'items' in list ? list.items : [];
  return Array.isArray(items) ? items : [];
}

function isColumnValue(value: unknown): value is ColumnValue {
  return ['string', 'bigint', 'number', 'boolean'].includes(typeof value);
}

/** Numbers ascending; texts and addresses too, each once. */
function inOrder({ family }: Field, values: readonly ColumnValue[]): readonly ColumnValue[] {
  if (family === 'keyword') {
    const bytes = [...new Set(values.map(String))].map((text) => [text, Buffer.from(text)] as const);
    return bytes.sort(([, left], [, right]) => Buffer.compare(left, right)).map(([text]) => text);
  }
  const kept = family === 'ip' ? [...new Set(values)] : [...values];
  return kept.sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
}

function shownValue({ family }: Field, { text, epoch }: ShownFormat, value: ColumnValue): unknown {
  if (family === 'ip') return typeof value === 'bigint' ? formatIp(value) : value;
  if (family === 'keyword' || family === 'boolean' || text === undefined) return value;
  if (family === 'nanos' && typeof value === 'bigint') {
    if (epoch === undefined) return text(Number(value / 1_000_000n));
    // Of all formats these alone show what is below the millisecond.
    const rest = String(value % epoch)
      .padStart(String(epoch).length - 1, '0')
      .replace(/0+$/, '');
    return rest === '' ? String(value / epoch) : `${value / epoch}.${rest}`;
  }
  return text(Number(value));
}
