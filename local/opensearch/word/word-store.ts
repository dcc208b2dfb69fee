// local/opensearch/word: segments of words in the SQLite file, each block under its first word.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { atOnce, readAtOnce } from '../database/sqlite-transaction.ts';
import type { WordBlock } from './word-segment.ts';

/** Sequence numbers of the documents whose words a segment has. */
export interface Segment {
  readonly first: number;
  readonly last: number;
  /** What its documents are counted from. */
  readonly base: number;
}

export class WordStore {
  private readonly insertSegment: StatementSync;
  private readonly insertBlock: StatementSync;
  private readonly selectBlock: StatementSync;
  private readonly selectAfter: StatementSync;
  private readonly database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS segments (tbl INTEGER, first INTEGER, last INTEGER, base INTEGER, PRIMARY KEY (tbl, first)) WITHOUT ROWID;
       CREATE TABLE IF NOT EXISTS words (tbl INTEGER, first INTEGER, word BLOB, data BLOB, PRIMARY KEY (tbl, first, word)) WITHOUT ROWID;`,
    );
    this.insertSegment = database.prepare('INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?)');
    this.insertBlock = database.prepare('INSERT OR REPLACE INTO words VALUES (?, ?, ?, ?)');
    this.selectBlock = database.prepare(
      'SELECT data FROM words WHERE tbl = ? AND first = ? AND word <= ? AND word >= ? ORDER BY word DESC LIMIT 1',
    );
    this.selectAfter = database.prepare(
      'SELECT data FROM words WHERE tbl = ? AND first = ? AND word > ? AND word < ? ORDER BY word',
    );
  }

  segments(table: number): Segment[] {
    const rows = this.database
      .prepare('SELECT first, last, base FROM segments WHERE tbl = ? ORDER BY first')
      .all(table);
    return rows.map((row) => ({ first: Number(row['first']), last: Number(row['last']), base: Number(row['base']) }));
  }

  write(table: number, segment: Segment, blocks: readonly WordBlock[]): void {
    atOnce(this.database, () => {
      for (const { field, word, data } of blocks) this.insertBlock.run(table, segment.first, keyOf(field, word), data);
      this.insertSegment.run(table, segment.first, segment.last, segment.base);
    });
  }

  drop(table: number, segments: readonly Segment[]): void {
    atOnce(this.database, () => {
      for (const { first } of segments) {
        this.database.prepare('DELETE FROM words WHERE tbl = ? AND first = ?').run(table, first);
        this.database.prepare('DELETE FROM segments WHERE tbl = ? AND first = ?').run(table, first);
      }
    });
  }

  /** Runs `work`, which reads blocks. */
  reading<T>(work: () => T): T {
    return readAtOnce(this.database, work);
  }

  /** The block that has the word if the segment does. */
  block(table: number, segment: Segment, field: number, word: string): Uint8Array | undefined {
    const row = this.selectBlock.get(table, segment.first, keyOf(field, word), keyOf(field, ''));
    const data = row?.['data'];
    return data instanceof Uint8Array ? data : undefined;
  }

  /** The blocks of the field behind that one, in order. */
  *blocksAfter(table: number, segment: Segment, field: number, word: string): Generator<Uint8Array> {
    for (const row of this.selectAfter.iterate(table, segment.first, keyOf(field, word), keyOf(field + 1, ''))) {
      const { data } = row;
      if (data instanceof Uint8Array) yield data;
    }
  }
}

/** Orders as field, then word as JavaScript orders strings: by UTF-16 units, the higher byte first. */
function keyOf(field: number, word: string): Uint8Array {
  const key = Buffer.alloc(4 + word.length * 2);
  key.write(word, 4, 'utf16le');
  key.subarray(4).swap16();
  key.writeUInt32BE(field, 0);
  return key;
}
