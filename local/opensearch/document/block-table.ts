// local/opensearch/document: where the blocks of texts lie in the SQLite file: each under one number made of its table and sequence number.
// Files of before have them in a table without row ids, whose tree has four of them to a page: finding one there takes 41 µs,
// here 18. Those are read where they lie.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { BLOCK_DOCUMENTS, OpenBlock, type SourceBlock } from './source-block.ts';

/** Sequence numbers of a table: the table's own number is above them, and both together are a whole number of JavaScript's. */
const TABLE_ROWS = 2 ** 36;

/** How a table of SQLite names blocks; ?1 is the number of the documents' table. */
interface Layout {
  readonly name: string;
  readonly column: string;
  /** Before other conditions: holds for the documents' table where the column alone does not tell. */
  readonly and: string;
  /** What stands in the column for a sequence number. */
  readonly of: (seqNo: string) => string;
  readonly first: string;
  /** All of the documents' table. */
  readonly all: string;
}

const LAYOUT: Layout = {
  name: 'texts',
  column: 'key',
  and: '',
  of: (seqNo) => `?1 * ${TABLE_ROWS} + ${seqNo}`,
  first: `key - ?1 * ${TABLE_ROWS}`,
  all: `key >= ?1 * ${TABLE_ROWS} AND key < (?1 + 1) * ${TABLE_ROWS}`,
};
const LAYOUT_OF_BEFORE: Layout = {
  name: 'blocks',
  column: 'first',
  and: 'tbl = ?1 AND ',
  of: (seqNo) => seqNo,
  first: 'first',
  all: 'tbl = ?1',
};

interface Place {
  readonly first: number;
  readonly count: number;
}

export interface FoundBlock extends Place {
  readonly open: OpenBlock;
}

export class BlockTable {
  private readonly insertBlock: StatementSync;
  private readonly parts: readonly LaidOut[];

  constructor(database: DatabaseSync) {
    database.exec('CREATE TABLE IF NOT EXISTS texts (key INTEGER PRIMARY KEY, count INTEGER, live INTEGER, data BLOB)');
    this.insertBlock = database.prepare(`INSERT OR REPLACE INTO texts VALUES (${LAYOUT.of('?2')}, ?3, ?3, ?4)`);
    const isOfBefore = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'blocks'").get() !== undefined;
    this.parts = (isOfBefore ? [LAYOUT, LAYOUT_OF_BEFORE] : [LAYOUT]).map((layout) => new LaidOut(database, layout));
  }

  insert(table: number, { first, count, data }: SourceBlock): void {
    if (first + count > TABLE_ROWS) throw new Error(`sequence number ${first + count} of ${TABLE_ROWS} at most`);
    this.insertBlock.run(table, first, count, data);
  }

  /** The block that has the document's text. */
  find(table: number, seqNo: number): FoundBlock | undefined {
    for (const part of this.parts) {
      const found = part.find(table, seqNo);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Takes documents off their blocks' counts; a block without any goes. */
  release(table: number, from: number, count: number): void {
    for (const part of this.parts) part.release(table, from, count);
  }

  /** Of a table that is gone. */
  drop(table: number): void {
    for (const part of this.parts) part.drop(table);
  }
}

class LaidOut {
  private readonly select: StatementSync;
  private readonly place: StatementSync;
  private readonly lessen: StatementSync;
  private readonly dropEmpty: StatementSync;
  private readonly dropAll: StatementSync;

  constructor(database: DatabaseSync, { name, column, and, of, first, all }: Layout) {
    // one bound, no more: of two above SQLite takes the first, and walked from the table's end to the block
    const before = `FROM ${name} WHERE ${and}${column} <= ${of('?2')} ORDER BY ${column} DESC LIMIT 1`;
    this.select = database.prepare(`SELECT ${first} AS first, count, data ${before}`);
    this.place = database.prepare(`SELECT ${first} AS first, count ${before}`);
    this.lessen = database.prepare(`UPDATE ${name} SET live = live - ?3 WHERE ${and}${column} = ${of('?2')}`);
    this.dropEmpty = database.prepare(
      `DELETE FROM ${name} WHERE ${and}${column} > ${of('?2')} AND ${column} < ${of('?3')} AND live <= 0`,
    );
    this.dropAll = database.prepare(`DELETE FROM ${name} WHERE ${all}`);
  }

  find(table: number, seqNo: number): FoundBlock | undefined {
    const row = this.select.get(table, seqNo);
    const place = placeOf(row);
    const data = row?.['data'];
    if (place === undefined || seqNo >= place.first + place.count || !(data instanceof Uint8Array)) return undefined;
    return { ...place, open: new OpenBlock(data) };
  }

  release(table: number, from: number, count: number): void {
    for (let at = from; at < from + count; ) {
      const found = placeOf(this.place.get(table, at));
      const end = found === undefined ? at + 1 : found.first + found.count;
      if (found !== undefined && at < end) this.lessen.run(table, found.first, Math.min(end, from + count) - at);
      at = Math.max(at + 1, end);
    }
    this.dropEmpty.run(table, Math.max(from - BLOCK_DOCUMENTS, -1), from + count);
  }

  drop(table: number): void {
    this.dropAll.run(table);
  }
}

/** Undefined where there is none, or the last before is another table's. */
function placeOf(row: Readonly<Record<string, unknown>> | undefined): Place | undefined {
  const first = Number(row?.['first'] ?? -1);
  return first < 0 ? undefined : { first, count: Number(row?.['count']) };
}
