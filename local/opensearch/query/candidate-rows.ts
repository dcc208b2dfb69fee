// local/opensearch/query: which rows a query may hold for, as far as postings tell: only those need be read.
import { wholeNumber } from '../database/sql-binder.ts';
import { intersectionOf, NO_ROWS, type RowSet, unionOf } from '../value/row-set.ts';
import type { WordRows } from '../word/word-rows.ts';
import { conditionOf } from './condition.ts';
import { matchedRows } from './matched-rows.ts';
import type { Predicate } from './predicate.ts';
import { MAX_LISTED as LISTED_ALONE } from './row-condition.ts';

/** Looked up when it is clear that it helps. */
export interface Candidates {
  /** Each reads a page of every segment. */
  readonly lookups: number;
  /** Undefined: they are too many. */
  find(): RowSet | undefined;
}

/** With more of them the rows are read as fast, however many they are. */
export const MAX_LOOKUPS = 32;
/** Each listed row makes DuckDB read a part of its row group. */
const MAX_LISTED = 512;
/** Beside ranges a list is compared with every row that is read. */
const MAX_BESIDE_RANGES = 32;
const MAX_RANGES = 16;
/** Of rows that are looked for in several places, each a part of the statement. */
const MAX_PARTS = 5;

export interface TableCondition {
  /** `false`: no row has it. */
  readonly sql: string;
  /** At most so many rows have it, where that is known. */
  readonly most: number | undefined;
  /** The same as conditions that have no row in common, where DuckDB leaves out more rows by each of them than by one for all. */
  readonly parts?: readonly string[] | undefined;
  /** The very rows that have it, where all of it was looked up; some of them may be gone. */
  readonly exact?: WordRows | undefined;
}

/** The condition for WHERE over an index's table, with what lets DuckDB skip row groups before it. */
export function tableCondition(predicate: Predicate): TableCondition {
  const condition = conditionOf(predicate);
  if (condition === 'false') return { sql: 'false', most: 0 };
  const exact = matchedRows(predicate);
  if (exact?.list !== undefined && exact.list.length <= LISTED_ALONE)
    return { sql: condition, most: exact.list.length, exact };
  const rows = candidatesOf(predicate)?.find();
  const among = rows === undefined ? undefined : rowsCondition(rows);
  if (rows === undefined || among === undefined) {
    const parts = rows === undefined ? undefined : placesOf(rows)?.map((place) => `${place} AND ${condition}`);
    return { sql: condition, most: undefined, exact, parts };
  }
  if (among === 'false') return { sql: 'false', most: 0 };
  return { sql: `${among} AND ${condition}`, most: rows.ranges.length === 0 ? rows.listed.length : undefined };
}

function candidatesOf(predicate: Predicate): Candidates | undefined {
  switch (predicate.kind) {
    case 'all':
      return undefined;
    case 'none':
      return { lookups: 0, find: () => NO_ROWS };
    case 'test':
      return predicate.candidates;
    case 'rows': {
      const { list } = predicate.rows;
      return list === undefined || list.length > MAX_LISTED
        ? undefined
        : { lookups: 0, find: () => ({ listed: list, ranges: [] }) };
    }
    case 'constant':
      return candidatesOf(predicate.of);
    case 'any':
      return ofAny(predicate.of);
    case 'boolean': {
      const parts = [...predicate.must, ...predicate.filter].map(candidatesOf);
      if (predicate.minimumShouldMatch > 0) parts.push(ofAny(predicate.should));
      return ofAll(parts.filter((part) => part !== undefined));
    }
  }
}

function ofAny(predicates: readonly Predicate[]): Candidates | undefined {
  const parts: Candidates[] = [];
  let lookups = 0;
  for (const predicate of predicates) {
    const part = candidatesOf(predicate);
    lookups += part?.lookups ?? 0;
    if (part === undefined || lookups > MAX_LOOKUPS) return undefined;
    parts.push(part);
  }
  return {
    lookups,
    find: () => {
      const sets: RowSet[] = [];
      let listed = 0;
      for (const part of parts) {
        const rows = part.find();
        listed += rows?.listed.length ?? 0;
        if (rows === undefined || listed > MAX_LISTED) return undefined;
        sets.push(rows);
      }
      return unionOf(sets);
    },
  };
}

function ofAll(parts: readonly Candidates[]): Candidates | undefined {
  if (parts.length === 0) return undefined;
  return {
    lookups: parts.reduce((sum, part) => sum + part.lookups, 0),
    find: () => {
      let all: RowSet | undefined;
      for (const part of parts) {
        const rows = part.find();
        if (rows !== undefined) all = all === undefined ? rows : intersectionOf(all, rows);
        if (all !== undefined && all.listed.length + all.ranges.length === 0) break;
      }
      return all;
    },
  };
}

/** Undefined where reading all rows is as fast. */
function rowsCondition({ listed, ranges }: RowSet): string | undefined {
  if (listed.length > MAX_LISTED || ranges.length > MAX_RANGES) return undefined;
  if (ranges.length === 0) {
    if (listed.length === 0) return 'false';
    return listCondition(listed);
  }
  if (listed.length > MAX_BESIDE_RANGES) return undefined;
  return gapConditions({ listed, ranges }).join(' AND ');
}

/** Conditions on each place where rows are looked for by themselves; undefined: they are too many. */
function placesOf({ listed, ranges }: RowSet): readonly string[] | undefined {
  if (listed.length === 0 || listed.length > MAX_LISTED || ranges.length >= MAX_PARTS) return undefined;
  return [listCondition(listed), ...ranges.map(([from, to]) => `_seq >= ${number(from)} AND _seq <= ${number(to)}`)];
}

function listCondition(listed: readonly number[]): string {
  return `_seq IN (${listed.map(number).join(', ')})`;
}

/**
 * DuckDB skips row groups by a list, or by comparisons with one number that OR joins, but by nothing in which OR and AND are
 * mixed. So each gap between ranges is told by itself: a row lies before it, behind it, or is one of those listed in it.
 */
function gapConditions({ listed, ranges }: RowSet): string[] {
  const conditions: string[] = [];
  for (let gap = 0; gap <= ranges.length; gap += 1) {
    const before = ranges[gap - 1]?.[1];
    const behind = ranges[gap]?.[0];
    const parts = listed
      .filter((seqNo) => seqNo > (before ?? -1) && seqNo < (behind ?? Number.POSITIVE_INFINITY))
      .map((seqNo) => `_seq = ${number(seqNo)}`);
    if (before !== undefined) parts.unshift(`_seq <= ${number(before)}`);
    if (behind !== undefined) parts.push(`_seq >= ${number(behind)}`);
    conditions.push(`(${parts.join(' OR ')})`);
  }
  return conditions;
}

function number(seqNo: number): string {
  return wholeNumber(BigInt(seqNo), 'BIGINT');
}
