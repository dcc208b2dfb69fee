// local/opensearch/document: the documents' texts, and what was acknowledged before it is in its table: an SQLite file beside DuckDB's.
// DuckDB reads vectors of 2,048 values: one text of a compressed column took 5 ms, one block here takes 0.1 ms. And what is
// written here once and synced need not go through DuckDB's log, which would hold every value a second time.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { atOnce } from '../database/sqlite-transaction.ts';
import { compressBlock } from './block-compressor.ts';
import { BlockTable, type FoundBlock } from './block-table.ts';
import type { SourceBlock } from './source-block.ts';

const CACHE_KIB = 4_096;
const PAGE_BYTES = 4_096;
/** Of words and values, which an earlier version kept here: they are made anew, in a file of their own. */
const MOVED_TABLES = ['segments', 'words', 'value_segments', 'value_pages'];

/** Writes to one table, in the order of their sequence numbers, without gaps. */
export interface JournalEntry {
  readonly table: number;
  readonly first: number;
  readonly ids: readonly string[];
  readonly versions: readonly bigint[];
  /** Which of them are deletions: numbers in `ids`. */
  readonly deletions: readonly number[];
  /** Sequence numbers that they take the place of: of rows of the table, or of writes before that never came to it. */
  readonly replaced: readonly number[];
}

/** What is written at once: a record of the journal and the blocks of its documents. */
export interface JournalWrite {
  readonly record: Uint8Array;
  readonly blocks: readonly { readonly table: number; readonly block: SourceBlock }[];
}

/** Rows that are gone from a table, as runs of sequence numbers: from, count. */
export interface GoneRows {
  readonly table: number;
  readonly runs: readonly (readonly [number, number])[];
}

export interface JournalRecord {
  readonly number: number;
  readonly entries: readonly JournalEntry[];
}

export interface StoredText {
  /** Undefined in files of before. */
  readonly id: string | undefined;
  readonly text: string;
}

interface StoredEntry extends Omit<JournalEntry, 'versions'> {
  readonly versions: readonly string[];
}

export class DocumentStore {
  private readonly database: DatabaseSync;
  private readonly blocks: BlockTable;
  private readonly insertRecord: StatementSync;
  private lastNumber: number;

  /** `file` may be `:memory:`. */
  constructor(file: string) {
    this.database = new DatabaseSync(file);
    this.database.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KIB};
       PRAGMA trusted_schema = OFF;
       CREATE TABLE IF NOT EXISTS journal (number INTEGER PRIMARY KEY, record BLOB);`,
    );
    for (const name of MOVED_TABLES) this.database.exec(`DROP TABLE IF EXISTS ${name}`);
    this.blocks = new BlockTable(this.database);
    this.insertRecord = this.database.prepare('INSERT INTO journal VALUES (?, ?)');
    const last = this.database.prepare('SELECT max(number) AS number FROM journal').get()?.['number'];
    this.lastNumber = Number(last ?? 0);
  }

  /** Numbers of records go on from here, too, where DuckDB knows of a later one. */
  continueFrom(number: number): void {
    this.lastNumber = Math.max(this.lastNumber, number);
  }

  /** Synced when it returns. The record's number is told: whoever has it in its tables says so by `forget`. */
  write({ record, blocks }: JournalWrite): number {
    const number = this.lastNumber + 1;
    atOnce(this.database, () => {
      for (const { table, block } of blocks) this.blocks.insert(table, block);
      this.insertRecord.run(number, record);
    });
    this.lastNumber = number;
    return number;
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

  /** Texts by sequence number; what is not there is left out. */
  read(table: number, seqNos: readonly number[]): Map<number, string> {
    const found = new Map<number, string>();
    for (const [seqNo, { text }] of this.stored(table, seqNos)) found.set(seqNo, text);
    return found;
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

/** A record for `write`. */
export function encodeRecord(entries: readonly JournalEntry[]): Promise<Uint8Array> {
  const stored = entries.map((entry) => ({ ...entry, versions: entry.versions.map(String) }));
  return compressBlock(Buffer.from(JSON.stringify(stored)));
}

function decodeRecord(bytes: Uint8Array): readonly JournalEntry[] {
  // written by encodeRecord, into a file of ours
  const stored = JSON.parse(zstdDecompressSync(bytes).toString('utf8')) as readonly StoredEntry[];
  return stored.map((entry) => ({ ...entry, versions: entry.versions.map(BigInt) }));
}

/** Sequence numbers as runs. */
export function runsOf(seqNos: readonly number[]): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const seqNo of seqNos.toSorted((left, right) => left - right)) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === seqNo) last[1] += 1;
    else runs.push([seqNo, 1]);
  }
  return runs;
}
