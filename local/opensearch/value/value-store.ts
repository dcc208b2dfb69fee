// local/opensearch/value: segments of values in the SQLite file, each page of a field under its number.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { atOnce, readAtOnce } from '../database/sqlite-transaction.ts';
import type { ValuePage } from './value-segment.ts';

export interface ValueSegment {
  /** It tells of all rows from here to `last`. */
  readonly first: number;
  readonly last: number;
  /** What its rows are counted from. */
  readonly base: number;
  /** By the fields' ordinals: how many bits of a hash name a page, or -1: not recorded. Other fields have no value. */
  readonly fields: ReadonlyMap<number, number>;
}

export class ValueStore {
  private readonly database: DatabaseSync;
  private readonly insertSegment: StatementSync;
  private readonly insertPage: StatementSync;
  private readonly selectPage: StatementSync;

  constructor(database: DatabaseSync) {
    this.database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS value_segments (tbl INTEGER, first INTEGER, last INTEGER, base INTEGER, fields BLOB, PRIMARY KEY (tbl, first)) WITHOUT ROWID;
       CREATE TABLE IF NOT EXISTS value_pages (tbl INTEGER, first INTEGER, field INTEGER, page INTEGER, data BLOB, PRIMARY KEY (tbl, first, field, page)) WITHOUT ROWID;`,
    );
    this.insertSegment = database.prepare('INSERT OR REPLACE INTO value_segments VALUES (?, ?, ?, ?, ?)');
    this.insertPage = database.prepare('INSERT OR REPLACE INTO value_pages VALUES (?, ?, ?, ?, ?)');
    this.selectPage = database.prepare(
      'SELECT data FROM value_pages WHERE tbl = ? AND first = ? AND field = ? AND page = ?',
    );
  }

  segments(table: number): ValueSegment[] {
    const rows = this.database
      .prepare('SELECT first, last, base, fields FROM value_segments WHERE tbl = ? ORDER BY first')
      .all(table);
    return rows.map(({ first, last, base, fields }) => ({
      first: Number(first),
      last: Number(last),
      base: Number(base),
      fields: decodeFields(fields instanceof Uint8Array ? fields : new Uint8Array(0)),
    }));
  }

  write(table: number, { first, last, base, fields }: ValueSegment, pages: Iterable<ValuePage>): void {
    atOnce(this.database, () => {
      for (const { field, page, data } of pages) this.insertPage.run(table, first, field, page, data);
      this.insertSegment.run(table, first, last, base, encodeFields(fields));
    });
  }

  drop(table: number, segments: readonly ValueSegment[]): void {
    atOnce(this.database, () => {
      for (const { first } of segments) {
        this.database.prepare('DELETE FROM value_pages WHERE tbl = ? AND first = ?').run(table, first);
        this.database.prepare('DELETE FROM value_segments WHERE tbl = ? AND first = ?').run(table, first);
      }
    });
  }

  /** Runs `work`, which reads pages. */
  reading<T>(work: () => T): T {
    return readAtOnce(this.database, work);
  }

  page(table: number, { first }: ValueSegment, field: number, page: number): Uint8Array | undefined {
    const data = this.selectPage.get(table, first, field, page)?.['data'];
    return data instanceof Uint8Array ? data : undefined;
  }
}

/** Pairs of 32 bits each: the field, its bits. */
function encodeFields(fields: ReadonlyMap<number, number>): Uint8Array {
  const data = Buffer.alloc(fields.size * 8);
  let at = 0;
  for (const [field, bits] of fields) at = data.writeInt32LE(bits, data.writeInt32LE(field, at));
  return data;
}

function decodeFields(bytes: Uint8Array): ReadonlyMap<number, number> {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields = new Map<number, number>();
  for (let at = 0; at + 8 <= data.length; at += 8) fields.set(data.readInt32LE(at), data.readInt32LE(at + 4));
  return fields;
}
