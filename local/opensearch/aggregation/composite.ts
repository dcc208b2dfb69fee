// local/opensearch/aggregation: composite: every combination of several keys, in their order, a page at a time.
import { DOUBLE, type DuckDBConnection } from '@duckdb/node-api';
import { realNumber } from '../database/sql-binder.ts';
import { addressIn, keyBody, momentIn, type ValueFormat, valueFormat } from '../mapping/value-format.ts';
import {
  booleanParameter,
  checkParameters,
  fieldFailure,
  fieldParameter,
  integerParameter,
  numberParameter,
  parseFailure,
  shardError,
  textParameter,
  tokenOf,
} from '../request/body-parameters.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { illegalArgument, type ResponseError } from '../request/response-error.ts';
import { type AggregationBase, literalOf, type Slot } from './base.ts';
import { checkInterval, dateKey, INTERVAL_PARAMETERS, offsetOf, readInterval, roundingOver } from './date-histogram.ts';
import { MAX_BUCKETS, tooManyBuckets } from './histogram.ts';
import type { BucketNode } from './node.ts';
import { type BucketKey, type BucketPlan, keyTypeOf } from './plan.ts';
import { zoneParameter } from './range.ts';

interface Source {
  readonly name: string;
  readonly key: BucketKey;
  readonly descending: boolean;
  readonly missing: 'none' | 'first' | 'last';
  readonly show: (key: unknown) => unknown;
  /** SQL of a value of `after`. */
  readonly literal: (value: unknown) => string;
}

const DEFAULT_SIZE = 10;
const SOURCE_PARAMETERS = ['field', 'order', 'missing_bucket', 'missing_order'];
const KINDS: Readonly<Record<string, readonly string[]>> = {
  terms: [],
  histogram: ['interval'],
  date_histogram: [...INTERVAL_PARAMETERS, 'offset', 'format'],
};

export async function planComposite(
  node: BucketNode,
  base: AggregationBase,
  connection: DuckDBConnection,
  parent: BucketNode | undefined,
): Promise<BucketPlan> {
  const { body } = node;
  checkParameters('composite', body, ['sources', 'size', 'after']);
  if (body['sources'] === undefined) throw illegalArgument('Required [sources]');
  const size = integerParameter('composite', body, 'size') ?? DEFAULT_SIZE;
  if (size < 1)
    throw fieldFailure('composite', 'size', `[size] must be greater than 0. Found [${size}] in [${node.name}]`);
  const read = readSources(body['sources']);
  if (parent !== undefined && parent.kind !== 'filter')
    throw shardError(`[composite] aggregation cannot be used with a parent aggregation of type: [${parent.kind}]`);
  if (size > MAX_BUCKETS) {
    const { status, type, message } = tooManyBuckets(size);
    throw shardError(message, type, status);
  }
  const sources: Source[] = [];
  for (const [at, source] of read.entries()) {
    const isWalked = at === 0 && parent === undefined && isWalkedByValue(source, base, body['after'] !== undefined);
    sources.push(await planSource(source, base, connection, isWalked));
  }
  const orderBy = sources.map(({ descending, missing }, at) => {
    const nulls = missing === 'first' ? 'FIRST' : 'LAST';
    return `k${at} ${descending ? 'DESC' : 'ASC'} NULLS ${nulls}`;
  });
  const keyOf = (keys: readonly unknown[]): Readonly<Record<string, unknown>> =>
    Object.fromEntries(sources.map(({ name, show }, at) => [name, keys[at] === null ? null : show(keys[at])]));
  return {
    node,
    keys: sources.map(({ key }) => key),
    keep: afterCondition(sources, body['after']),
    top: {
      size,
      columns: [],
      orderBy: orderBy.join(', '),
      plain: undefined,
      given: { size: undefined, minDocCount: 1 },
    },
    minDocCount: 1,
    show: (found) => found.map((bucket) => ({ found: bucket, body: { key: keyOf(bucket.keys) }, name: '' })),
    showsInGaps: true,
    sort: undefined,
    form: 'list',
    extra: (_totals, shown) => {
      const last = shown.at(-1);
      return last === undefined ? {} : { after_key: keyOf(last.found.keys) };
    },
  };
}

interface ReadSource {
  readonly name: string;
  readonly kind: string;
  readonly body: JsonObject;
}

function readSources(value: unknown): readonly ReadSource[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const sources = list.map((item) => {
    if (!isJsonObject(item)) throw refuse(`sources doesn't support values of type: ${tokenOf(item)}`);
    const [[name, definition] = ['', {}], more] = Object.entries(item);
    const [[kind, body] = ['', {}], other] = Object.entries(isJsonObject(definition) ? definition : {});
    if (name === '' || more !== undefined || other !== undefined || !isJsonObject(body))
      throw refuse(`[${name}] must hold one source of one kind`, 'illegal_state_exception');
    const known = KINDS[kind];
    if (known === undefined) throw refuse(`invalid source type: ${kind}`, 'parsing_exception');
    for (const key of Object.keys(body)) {
      if (key === 'script' || key === 'value_type')
        throw illegalArgument(`[${key}] in [composite] is not supported by the embedded search engine`);
      if (![...SOURCE_PARAMETERS, ...known].includes(key))
        throw refuse(`[${kind}] unknown field [${key}]`, 'x_content_parse_exception');
    }
    return { name, kind, body };
  });
  if (sources.length === 0) throw refuse('Composite [sources] cannot be null or empty');
  const names = sources.map(({ name }) => name);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) throw refuse(`Composite source names must be unique, found duplicates: [${twice.join(', ')}]`);
  return sources;
}

function refuse(reason: string, type?: string): ResponseError {
  return fieldFailure('composite', 'sources', reason, type);
}

/**
 * OpenSearch walks a first source of whole numbers or dates through the index of its values instead of through documents,
 * where nothing but that field is asked about: a document with two values of one key then counts once.
 */
function isWalkedByValue({ kind, body }: ReadSource, base: AggregationBase, hasAfter: boolean): boolean {
  if (kind === 'histogram' || String(body['order'] ?? 'asc').toLowerCase() !== 'asc') return false;
  const isMissing = body['missing_bucket'] === true || body['missing_bucket'] === 'true';
  return (hasAfter || !isMissing) && base.asksOnlyAbout(String(body['field']));
}

async function planSource(
  source: ReadSource,
  base: AggregationBase,
  connection: DuckDBConnection,
  isWalked: boolean,
): Promise<Source> {
  const { name, kind, body } = source;
  const order = (textParameter(kind, body, 'order') ?? 'asc').toLowerCase();
  if (order !== 'asc' && order !== 'desc') throw refuse(`No enum constant SortOrder.${order.toUpperCase()}`);
  const hasMissing = booleanParameter(kind, body, 'missing_bucket') ?? false;
  const missingOrder = (textParameter(kind, body, 'missing_order') ?? 'default').toLowerCase();
  if (!['default', 'first', 'last'].includes(missingOrder))
    throw refuse(`No enum constant MissingOrder.${missingOrder.toUpperCase()}`);
  if (missingOrder !== 'default' && !hasMissing) throw shardError('missing_order require missing_bucket is true');
  const descending = order === 'desc';
  // nothing is the smallest
  const first = missingOrder === 'default' ? !descending : missingOrder === 'first';
  const common = {
    name,
    descending,
    missing: hasMissing ? (first ? ('first' as const) : ('last' as const)) : ('none' as const),
  };
  const field = fieldParameter(kind, body);
  if (kind === 'terms') return { ...common, ...termsSource(base.slot(field, 'keyword'), hasMissing, isWalked, base) };
  const slot = base.slot(field, kind === 'histogram' ? 'real' : 'date');
  if (slot.family === 'keyword' || slot.family === 'ip')
    throw shardError(`Field [${slot.name}] of type [${slot.field?.type}] is not supported for aggregation [${kind}]`);
  if (kind === 'histogram') {
    const interval = numberParameter(kind, body, 'interval');
    if (interval === undefined || interval <= 0)
      throw refuse('[interval] must be greater than 0 for [histogram] source');
    const step = realNumber(interval);
    return {
      ...common,
      key: sourceKey(slot, hasMissing, false, DOUBLE, (value) => `(floor(${value}::DOUBLE / ${step}) * ${step})`),
      show: (key) => Number(key),
      literal: (value) => realNumber(numberOf(value, name)),
    };
  }
  const zone = zoneParameter(kind, body);
  const interval = readInterval(kind, body);
  checkInterval(interval);
  const offsetMs = offsetOf(kind, body);
  const asked = textParameter(kind, body, 'format');
  const format = valueFormat(slot.family, slot.field, asked, zone);
  const rounding = await roundingOver(base, connection, slot, interval, zone, []);
  return {
    ...common,
    key: sourceKey(slot, hasMissing, isWalked, DOUBLE, (value) => dateKey(slot, rounding, offsetMs, value)),
    show: (key) => (asked === undefined ? Number(key) : format.text?.(Number(key))),
    literal: (value) =>
      realNumber(
        asked === undefined || typeof value === 'number'
          ? numberOf(value, name)
          : momentIn(format, String(value), base.nowMs),
      ),
  };
}

function termsSource(
  slot: Slot,
  hasMissing: boolean,
  isWalked: boolean,
  base: AggregationBase,
): Pick<Source, 'key' | 'show' | 'literal'> {
  const { family } = slot;
  const format: ValueFormat = valueFormat(family, slot.field, undefined, undefined);
  const literal = (value: unknown): string => {
    switch (family) {
      case 'keyword':
        if (typeof value !== 'string') throw shardError(`invalid value, expected string, got ${typeof value}`);
        return literalOf(family, value, base.binder);
      case 'ip':
        return literalOf(family, addressIn(value), base.binder);
      case 'boolean':
        if (value !== true && value !== false && value !== 'true' && value !== 'false')
          throw shardError(`Cannot parse boolean [${String(value)}], expected either [true] or [false]`);
        return literalOf('integer', value === true || value === 'true' ? 1n : 0n, base.binder);
      case 'date':
        return literalOf(
          family,
          typeof value === 'number' ? value : momentIn(format, String(value), base.nowMs),
          base.binder,
        );
      default:
        return literalOf(family, typeof value === 'bigint' ? value : numberOf(value, 'after'), base.binder);
    }
  };
  return {
    key: sourceKey(
      slot,
      hasMissing,
      isWalked && ['integer', 'date'].includes(family),
      keyTypeOf(family),
      (value) => value,
    ),
    show: (key) =>
      family === 'boolean' ? Number(key) !== 0 : family === 'date' ? Number(key) : keyBody(format, key)['key'],
    literal,
  };
}

function numberOf(value: unknown, name: string): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isFinite(number)) return number;
  throw shardError(`Invalid value for [after.${name}]: [${String(value)}] is no number`, 'number_format_exception');
}

function sourceKey(
  slot: Slot,
  isNullable: boolean,
  countsOnce: boolean,
  type: BucketKey['type'],
  key: (value: string) => string,
): BucketKey {
  if (slot.list === undefined) return { sql: key(slot.single), isList: false, type, isNullable };
  const all = `list_transform(${slot.list}, lambda v: ${key('v')})`;
  // a number that a document has twice counts twice, as in OpenSearch
  const keys = countsOnce || slot.family === 'keyword' || slot.family === 'ip' ? `list_distinct(${all})` : all;
  return { sql: isNullable ? `coalesce(${keys}, [NULL])` : keys, isList: true, type, isNullable };
}

/** Only what comes after the combination of keys that the page before ended with. */
function afterCondition(sources: readonly Source[], after: unknown): string {
  if (after === undefined || after === null) return 'true';
  if (!isJsonObject(after)) throw parseFailure(`[composite] after doesn't support values of type: ${tokenOf(after)}`);
  const count = Object.keys(after).length;
  if (count !== sources.length) throw shardError(`[after] has ${count} value(s) but [sources] has ${sources.length}`);
  const alternatives: string[] = [];
  const equal: string[] = [];
  for (const [at, source] of sources.entries()) {
    const { name, descending, missing } = source;
    if (!(name in after)) throw shardError(`Missing value for [after.${name}]`);
    const value = after[name];
    const column = `k${at}`;
    if (value === null) {
      if (missing === 'none') throw shardError(`Invalid value for [after.${name}], expected comparable, got [null]`);
      if (missing === 'first') alternatives.push([...equal, `${column} IS NOT NULL`].join(' AND '));
      equal.push(`${column} IS NULL`);
      continue;
    }
    const literal = source.literal(value);
    const beyond = `${column} ${descending ? '<' : '>'} ${literal}`;
    alternatives.push([...equal, missing === 'last' ? `(${beyond} OR ${column} IS NULL)` : beyond].join(' AND '));
    equal.push(`${column} = ${literal}`);
  }
  return alternatives.length === 0 ? 'false' : `(${alternatives.map((one) => `(${one})`).join(' OR ')})`;
}
