// local/opensearch/document: which sequence numbers an index's table has rows of, so that rows that were looked up need not be counted in it.
import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf, stateOf } from '../database/database.ts';
import { WordRows } from '../word/word-rows.ts';

/** Numbers that are looked through together. */
const BLOCK = 8_192;
const BLOCK_BITS = 13;
/** Up to so many blocks with gaps are read: of more the table itself is as fast. */
const MAX_BLOCKS = 64;
/** Where rows come and go all the time, so long nobody looks for the gaps again. */
const REST_MS = 5_000;

/** Rows of a snapshot: all from the first to the last but the missing ones. */
export interface PresentRows {
  readonly first: number;
  readonly last: number;
  readonly missing: WordRows;
}

/**
 * A row's number is never given again, and rows come in the order of their numbers. So a number that was missing once stays
 * so, and where a snapshot has as many rows as there are numbers less the missing ones, these are all that it lacks: the
 * count alone tells whether what is known of another moment holds for it.
 */
export class TableRows {
  private missing = WordRows.empty;
  private lookedMs = Number.NEGATIVE_INFINITY;
  /** What was found last, and in which state of the data. Of ten million rows the count took 5 ms. */
  private last: { readonly state: number; readonly rows: PresentRows } | undefined;

  /** Of the snapshot that the connection reads; undefined: it is not known. */
  async present(connection: DuckDBConnection, table: string): Promise<PresentRows | undefined> {
    const state = stateOf(connection);
    if (state !== undefined && this.last?.state === state) return this.last.rows;
    const rows = await this.look(connection, table);
    if (state !== undefined && rows !== undefined) this.last = { state, rows };
    return rows;
  }

  private async look(connection: DuckDBConnection, table: string): Promise<PresentRows | undefined> {
    const [row] = await rowsOf(connection, { sql: `SELECT count(*), min(_seq), max(_seq) FROM ${table}` });
    const [count, first, last] = (row ?? []).map((value) => Number(value ?? -1));
    if (count === undefined || first === undefined || last === undefined || count <= 0) return undefined;
    const isAll = (missing: WordRows): boolean => last - first + 1 - missing.countWithin(first, last) === count;
    if (!isAll(this.missing)) {
      if (performance.now() - this.lookedMs < REST_MS) return undefined;
      this.lookedMs = performance.now();
      const missing = await findMissing(connection, table, first, last);
      if (missing === undefined || !isAll(missing)) return undefined;
      this.missing = missing;
    }
    return { first, last, missing: this.missing };
  }
}

async function findMissing(
  connection: DuckDBConnection,
  table: string,
  first: number,
  last: number,
): Promise<WordRows | undefined> {
  const counts = new Map<number, number>();
  const sql = `SELECT _seq >> ${BLOCK_BITS}, count(*) FROM ${table} GROUP BY 1`;
  for (const [block, count] of await rowsOf(connection, { sql })) counts.set(Number(block), Number(count));
  const incomplete: number[] = [];
  for (let block = first >> BLOCK_BITS; block <= last >> BLOCK_BITS; block += 1) {
    const from = Math.max(first, block * BLOCK);
    const to = Math.min(last, (block + 1) * BLOCK - 1);
    if ((counts.get(block) ?? 0) < to - from + 1) incomplete.push(block);
    if (incomplete.length > MAX_BLOCKS) return undefined;
  }
  if (incomplete.length === 0) return WordRows.empty;
  const there = new Set<number>();
  const rows = `SELECT _seq FROM ${table} WHERE _seq >> ${BLOCK_BITS} IN (${incomplete.join(', ')})`;
  for (const [seqNo] of await rowsOf(connection, { sql: rows })) there.add(Number(seqNo));
  const missing: number[] = [];
  for (const block of incomplete) {
    const to = Math.min(last, (block + 1) * BLOCK - 1);
    for (let row = Math.max(first, block * BLOCK); row <= to; row += 1) if (!there.has(row)) missing.push(row);
  }
  return WordRows.of(missing);
}
