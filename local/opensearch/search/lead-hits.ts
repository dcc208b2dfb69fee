// local/opensearch/search: a page of hits by its first key alone, where a column has that: what else a hit shows lies in its block of texts.
// A page of hits that lie here and there cost 0.1 ms for each and column of texts: DuckDB unpacks the 2,048 values around it.
import type { DuckDBConnection } from '@duckdb/node-api';
import { numberOf } from '../catalog/index-catalog.ts';
import { rowsOf } from '../database/database.ts';
import type { SqlBinder } from '../database/sql-binder.ts';
import type { Hit } from './search-hit.ts';
import type { SearchRequest } from './search-request.ts';
import type { SearchTarget } from './search-target.ts';
import { leadColumns } from './sort-cutoff.ts';
import type { SortKey } from './sort-order.ts';
import { afterLiteral, missingLiteral, sortValue } from './sort-value.ts';
import { type KeyValue, type StoredKey, storedKeys } from './stored-key.ts';

/** Hits of a page whose rows are looked for so: of 500 side by side the columns take no longer, of 1,000 they take less. */
const MAX_SIZE = 200;
/** Beyond, a page is read in order from the table. */
const MAX_HITS = 1_000;
/**
 * Rows beyond the page that are read with it: those that have the last hit's value in common with it must all be seen, the
 * other keys tell them apart. With 50 or fewer in all DuckDB would look for the rows twice.
 */
const BEYOND = 64;
/**
 * Up to so many are read however many are wanted, where there may be no more: they are then known to be all. Of ten million rows
 * 1,021 were read so in 9 ms, the first of them found and all counted in 45.
 */
export const MAX_WHOLE = 4_096;
/** The same where they are looked for in several places: what comes first is told by their order. */
const MAX_WHOLE_OF_PARTS = 2_048;

interface LeadRow {
  readonly target: SearchTarget;
  readonly seqNo: number;
  readonly lead: bigint;
  /** Has the first value of `search_after`: the other keys tell whether it comes after. */
  readonly isTied: boolean;
}

/** Where the page may come from its first key. */
export interface LeadPlan {
  readonly targets: readonly SearchTarget[];
  readonly keys: readonly SortKey[];
  readonly others: readonly StoredKey[];
  readonly columns: readonly string[];
  readonly from: number;
  readonly size: number;
  /** Values of `search_after`: the first as it came, those of the other keys. */
  readonly after: { readonly first: unknown; readonly others: readonly KeyValue[] } | undefined;
}

export interface LeadRows {
  readonly rows: readonly LeadRow[];
  /** No others match. */
  readonly isAll: boolean;
}

export function planLead(
  targets: readonly SearchTarget[],
  request: SearchRequest,
  keys: readonly SortKey[],
): LeadPlan | undefined {
  const { from, size, source, searchAfter, minScore, tracksScores } = request;
  const [first, ...rest] = keys;
  if (source === undefined || minScore !== undefined || tracksScores) return undefined;
  // of before: ids do not lie beside the texts
  if (targets.some(({ index }) => index.mappedSince === undefined)) return undefined;
  const columns = leadColumns(first, targets);
  const others = storedKeys(rest);
  if (size === 0 || size > MAX_SIZE || from + size > MAX_HITS || columns === undefined || others === undefined)
    return undefined;
  const plan = { targets, keys, others, columns, from, size };
  if (searchAfter === undefined) return { ...plan, after: undefined };
  const [value, ...values] = searchAfter;
  const after = others.map(({ readAfter }, at) => readAfter(values[at]));
  const isRead = after.every((one) => one !== undefined);
  if (!isRead || value === null || value === undefined || values.length !== rest.length || from > 0) return undefined;
  return { ...plan, after: { first: value, others: after } };
}

/** The first rows by the first key. Conditions: a target's each, in parts that have no row in common. */
export async function readLead(
  connection: DuckDBConnection,
  { targets, keys, columns, from, size, after }: LeadPlan,
  conditions: readonly (readonly string[])[],
  most: number,
  binder: SqlBinder,
): Promise<LeadRows | undefined> {
  const [key] = keys;
  if (key === undefined) return undefined;
  const isFew = most <= MAX_WHOLE;
  const literal = after === undefined ? undefined : afterLiteral(key, after.first, binder);
  const follows = (column: string): string => {
    if (literal === undefined) return '';
    const beyond = `${column} ${key.descending ? '<=' : '>='} ${literal}`;
    // of many rows those without a value are not looked for: they come last, and where they are needed the table tells
    return isFew ? ` AND (${beyond} OR ${column} IS NULL)` : ` AND ${beyond}`;
  };
  const selects = targets.flatMap(({ index, position }, at) =>
    (conditions[at] ?? []).flatMap((condition) =>
      condition === 'false'
        ? []
        : [
            `SELECT ${position} AS ix, _seq, ${columns[at]} AS k FROM ${index.table} WHERE ${condition}${follows(columns[at] ?? '')}`,
          ],
    ),
  );
  if (selects.length === 0) return { rows: [], isAll: true };
  const limit = Math.max(from + size + BEYOND, selects.length > targets.length ? MAX_WHOLE_OF_PARTS + 1 : 0);
  const page = isFew ? '' : ` ORDER BY k ${key.descending ? 'DESC' : 'ASC'} NULLS LAST LIMIT ${limit}`;
  const lead = `coalesce(k, ${missingLiteral(key, binder)})`;
  const sql = `SELECT ix, _seq, ${lead}, ${literal === undefined ? 'false' : `${lead} = ${literal}`} FROM (${selects.join(' UNION ALL ')})${page}`;
  const found = await rowsOf(connection, binder.statement(sql));
  const isAll = isFew || found.length < limit;
  if (isAll && !isFew && after !== undefined) return undefined;
  const rows = found.flatMap(([position, seqNo, value, isTied]) => {
    const target = targets[Number(position)];
    if (target === undefined || typeof value !== 'bigint') return [];
    return [{ target, seqNo: Number(seqNo), lead: value, isTied: isTied === true }];
  });
  const sign = key.descending ? -1 : 1;
  rows.sort((left, right) => (left.lead === right.lead ? 0 : left.lead < right.lead ? -sign : sign));
  return { rows, isAll };
}

/** The page's hits with their texts; undefined: the table must tell. */
export function leadHits(plan: LeadPlan, { rows, isAll }: LeadRows): Hit[] | undefined {
  const { keys, others, from, size, after } = plan;
  // they are the first in order
  const tied = rows.filter(({ isTied }) => isTied);
  if (tied.length > BEYOND) return undefined;
  const behind = readRows(tied, others)?.filter((row) => compareOthers(others, row.others, after?.others ?? []) > 0);
  if (behind === undefined) return undefined;
  const left = Math.max(0, from + size - behind.length);
  const page = pageOf(plan, { rows: rows.slice(tied.length), isAll }, left);
  if (page === undefined) return undefined;
  return inOrder(plan, behind)
    .concat(page)
    .slice(0, size)
    .map(({ target, seqNo, id, text, lead, others: values }) => ({
      ...{ target, seqNo: BigInt(seqNo), id, text, score: null },
      sort: keys.map((key, at) => sortValue(key, at === 0 ? lead : (values[at - 1] ?? null))),
    }));
}

/** From the page's first hit on, up to `end`. */
function pageOf(plan: LeadPlan, { rows, isAll }: LeadRows, end: number): readonly ReadRow[] | undefined {
  const { others, from, size } = plan;
  const last = Math.min(end, rows.length);
  if (from >= last) return isAll || end === 0 ? [] : undefined;
  const leadAt = (at: number): bigint | undefined => rows[at]?.lead;
  if (!isAll && (last < end || leadAt(rows.length - 1) === leadAt(last - 1))) return undefined;
  let start = from;
  while (start > 0 && leadAt(start - 1) === leadAt(from)) start -= 1;
  let stop = last;
  while (stop < rows.length && leadAt(stop) === leadAt(last - 1)) stop += 1;
  if (stop - start > size + BEYOND) return undefined;
  const read = readRows(rows.slice(start, stop), others);
  return read === undefined ? undefined : inOrder(plan, read).slice(from - start, last - start);
}

function inOrder({ keys, others }: LeadPlan, rows: readonly ReadRow[]): ReadRow[] {
  const sign = keys[0]?.descending === true ? -1 : 1;
  return rows.toSorted((left, right) => {
    if (left.lead !== right.lead) return left.lead < right.lead ? -sign : sign;
    const order = compareOthers(others, left.others, right.others);
    return order !== 0 ? order : left.target.position - right.target.position || left.seqNo - right.seqNo;
  });
}

function compareOthers(others: readonly StoredKey[], left: readonly KeyValue[], right: readonly KeyValue[]): number {
  for (const [at, { compare }] of others.entries()) {
    const order = compare(left[at] ?? null, right[at] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

interface ReadRow extends LeadRow {
  readonly id: string;
  readonly text: string;
  readonly others: readonly KeyValue[];
}

/** Undefined where a block does not have all that is shown. */
function readRows(rows: readonly LeadRow[], others: readonly StoredKey[]): ReadRow[] | undefined {
  const read: ReadRow[] = [];
  for (const [target, own] of Map.groupBy(rows, (row) => row.target)) {
    const { index } = target;
    const readKeys = others.map((other) => other.reader(index));
    const known = Math.max(0, ...readKeys.map(({ since }) => since));
    if (own.some(({ seqNo }) => seqNo < known)) return undefined;
    const bySeqNo = new Map(own.map((row) => [row.seqNo, row]));
    for (const [seqNo, { id, text }] of index.store.stored(numberOf(index.table), [...bySeqNo.keys()])) {
      const row = bySeqNo.get(seqNo);
      if (row === undefined || id === undefined) return undefined;
      const document = { id, text, seqNo, position: target.position };
      read.push({ ...row, id, text, others: readKeys.map((key) => key.read(document)) });
    }
  }
  return read.length === rows.length ? read : undefined;
}
