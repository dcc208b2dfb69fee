// local/opensearch/query: which rows a query may hold for, as far as postings tell: only those need be read.
import { intersectionOf, NO_ROWS, type RowSet, unionOf } from '../value/row-set.ts';
import {
  gapConditions,
  isListable,
  isOneOf,
  isReadSooner,
  MAX_LISTED,
  MAX_LOOKUPS,
  MAX_RANGES,
  placesOf,
  rowsCondition,
} from '../value/row-set-condition.ts';
import { rowPlaces } from '../word/row-places.ts';
import type { Bounds, WordRows } from '../word/word-rows.ts';
import { conditionOf } from './condition.ts';
import { matchedRows, rowsTable } from './matched-rows.ts';
import type { Predicate } from './predicate.ts';
import { MAX_LISTED as LISTED_ALONE } from './row-condition.ts';

/** Looked up when it is clear that it helps. */
export interface Candidates {
  /** Each reads a page of every segment. */
  readonly lookups: number;
  /** No search sees a row that is not within these; undefined: there are none to see. */
  readonly bounds: Bounds | undefined;
  /** Undefined: they are too many. */
  find(): RowSet | undefined;
}

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
  if (exact !== undefined) {
    if (exact.list !== undefined && isReadSooner(exact.list, rowsTable(predicate)?.bounds))
      return { sql: isOneOf(exact.list), most: exact.list.length, exact };
    const places = placesCondition(exact);
    return { sql: places === undefined ? condition : `${places} AND ${condition}`, most: exact.list?.length, exact };
  }
  const candidates = candidatesOf(predicate);
  const rows = candidates?.find();
  const among = rows === undefined ? undefined : rowsCondition(rows, candidates?.bounds);
  if (rows === undefined || among === undefined) {
    const places = rows === undefined ? undefined : placesOf(rows, candidates?.bounds);
    const parts = places?.map((place) => `${place} AND ${condition}`);
    return { sql: condition, most: undefined, parts };
  }
  if (among === 'false') return { sql: 'false', most: 0 };
  return { sql: `${among} AND ${condition}`, most: rows.ranges.length === 0 ? rows.listed.length : undefined };
}

function candidatesOf(predicate: Predicate): Candidates | undefined {
  switch (predicate.kind) {
    case 'all':
      return undefined;
    case 'none':
      return { lookups: 0, bounds: undefined, find: () => NO_ROWS };
    case 'test':
      return predicate.candidates;
    case 'rows': {
      const { list } = predicate.rows;
      const { bounds } = predicate.table;
      return list === undefined || !isListable(list, bounds)
        ? undefined
        : { lookups: 0, bounds, find: () => ({ listed: list, ranges: [] }) };
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
    bounds: boundsOf(parts),
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
    bounds: boundsOf(parts),
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

/** All are of one index. */
function boundsOf(parts: readonly Candidates[]): Bounds | undefined {
  return parts.find(({ bounds }) => bounds !== undefined)?.bounds;
}

/** Where rows that were looked up lie: DuckDB skips no row groups by their bits. Undefined: everywhere. */
function placesCondition(rows: WordRows): string | undefined {
  const places = rowPlaces(rows, MAX_RANGES);
  const [first, last] = [places[0]?.[0], places.at(-1)?.[1]];
  if (first === undefined || last === undefined) return undefined;
  const within = places.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  return within * 2 > last + 1 ? undefined : gapConditions({ listed: [], ranges: places }).join(' AND ');
}
