// local/opensearch/document: the SQLite file of the documents' texts and of what was acknowledged before it is in its table.
// DuckDB reads vectors of 2,048 values: one text of a compressed column took 5 ms, one block here takes 0.1 ms. And what is
// written here once and synced need not go through DuckDB's log, which would hold every value a second time.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { atOnce } from '../database/sqlite-transaction.ts';
import { BlockTable, type FoundBlock } from './block-table.ts';
import { decodeRecord, type JournalRecord } from './journal-record.ts';
import type { SourceBlock } from './source-block.ts';

const CACHE_KIB = 4_096;
const PAGE_BYTES = 4_096;
/** Only while another thread opens the file or writes its log into it does one wait for the other. */
const BUSY_MS = 10_000;
/** Of words and values, which an earlier version kept here: they are made anew, in a file of their own. */
const MOVED_TABLES = ['segments', 'words', 'value_segments', 'value_pages'];

/** What is written at once: a record of the journal and the blocks of its documents. */
export interface StoredWrite {
  readonly number: number;
  readonly record: Uint8Array;
  readonly blocks: readonly { readonly table: number; readonly block: SourceBlock }[];
}

/** Rows that are gone from a table, as runs of sequence numbers: from, count. */
export interface GoneRows {
  readonly table: number;
  readonly runs: readonly (readonly [number, number])[];
}

export interface StoredText {
  /** Undefined in files of before. */
  readonly id: string | undefined;
  readonly text: string;
}

export class TextFile {
  private readonly database: DatabaseSync;
  private readonly blocks: BlockTable;
  private readonly insertRecord: StatementSync;

  /** `file` may be `:memory:`. */
  constructor(file: string) {
    this.database = new DatabaseSync(file, { timeout: BUSY_MS });
    this.database.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KIB};
       PRAGMA trusted_schema = OFF;
       CREATE TABLE IF NOT EXISTS journal (number INTEGER PRIMARY KEY, record BLOB);`,
    );
    for (const name of MOVED_TABLES) this.database.exec(`DROP TABLE IF EXISTS ${name}`);
    this.blocks = new BlockTable(this.database);
    this.insertRecord = this.database.prepare('INSERT INTO journal VALUES (?, ?)');
  }

  /** Synced when it returns. */
  write({ number, record, blocks }: StoredWrite): void {
    atOnce(this.database, () => {
      for (const { table, block } of blocks) this.blocks.insert(table, block);
      this.insertRecord.run(number, record);
    });
  }

  /** Of the journal's records; 0: there is none. */
  get lastNumber(): number {
    return Number(this.database.prepare('SELECT max(number) AS number FROM journal').get()?.['number'] ?? 0);
  }

  /** Records that may not be in the tables yet, in order. */
  *journal(): Generator<JournalRecord> {
    const rows = this.database.prepare('SELECT number, record FROM journal ORDER BY number').all();
    for (const row of rows) {
      const { record } = row;
      if (record instanceof Uint8Array) yield { number: Number(row['number']), entries: decodeRecord(record) };
    }
  }

  /** Records up to this number are in the tables; the texts of the given rows are needed no more. */
  forget(number: number, gone: readonly GoneRows[]): void {
    atOnce(this.database, () => {
      for (const { table, runs } of gone) for (const [from, count] of runs) this.blocks.release(table, from, count);
      this.database.prepare('DELETE FROM journal WHERE number <= ?').run(number);
    });
  }

  /** Documents by sequence number, with their ids where these lie beside the texts. */
  *stored(table: number, seqNos: readonly number[]): Generator<readonly [number, StoredText]> {
    let block: FoundBlock | undefined;
    try {
      for (const seqNo of seqNos.toSorted((left, right) => left - right)) {
        if (block === undefined || seqNo >= block.first + block.count) {
          block?.open.close();
          block = this.blocks.find(table, seqNo);
        }
        if (block === undefined) continue;
        const { first, open } = block;
        yield [seqNo, { id: open.id(seqNo - first), text: open.text(seqNo - first) }];
      }
    } finally {
      block?.open.close();
    }
  }

  /** All texts of a table that is gone. */
  dropTable(table: number): void {
    this.blocks.drop(table);
  }

  close(): void {
    this.database.close();
  }
}
