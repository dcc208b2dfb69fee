// local/opensearch/document: the documents' texts, and what was acknowledged before it is in its table: an SQLite file beside DuckDB's.
// DuckDB reads vectors of 2,048 values: one text of a compressed column took 5 ms, one block here takes 0.1 ms. And what is
// written here once and synced need not go through DuckDB's log, which would hold every value a second time.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { atOnce } from '../database/sqlite-transaction.ts';
import { ValueStore } from '../value/value-store.ts';
import { WordStore } from '../word/word-store.ts';
import { compressBlock } from './block-compressor.ts';
import { BLOCK_DOCUMENTS, OpenBlock, type SourceBlock } from './source-block.ts';

const CACHE_KIB = 4_096;
const PAGE_BYTES = 4_096;

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

interface StoredEntry extends Omit<JournalEntry, 'versions'> {
  readonly versions: readonly string[];
}

export class DocumentStore {
  readonly words: WordStore;
  readonly values: ValueStore;
  private readonly database: DatabaseSync;
  private readonly insertBlock: StatementSync;
  private readonly insertRecord: StatementSync;
  private readonly selectBlock: StatementSync;
  private readonly lessen: StatementSync;
  private lastNumber: number;

  /** `file` may be `:memory:`. */
  constructor(file: string) {
    this.database = new DatabaseSync(file);
    this.database.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KIB};
       PRAGMA trusted_schema = OFF;
       CREATE TABLE IF NOT EXISTS blocks (tbl INTEGER, first INTEGER, count INTEGER, live INTEGER, data BLOB, PRIMARY KEY (tbl, first)) WITHOUT ROWID;
       CREATE TABLE IF NOT EXISTS journal (number INTEGER PRIMARY KEY, record BLOB);`,
    );
    this.words = new WordStore(this.database);
    this.values = new ValueStore(this.database);
    this.insertBlock = this.database.prepare('INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?)');
    this.insertRecord = this.database.prepare('INSERT INTO journal VALUES (?, ?)');
    this.selectBlock = this.database.prepare(
      'SELECT first, count, data FROM blocks WHERE tbl = ? AND first <= ? ORDER BY first DESC LIMIT 1',
    );
    this.lessen = this.database.prepare(
      'UPDATE blocks SET live = live - ?3 WHERE tbl = ?1 AND first = (SELECT max(first) FROM blocks WHERE tbl = ?1 AND first <= ?2)',
    );
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
      for (const { table, block } of blocks)
        this.insertBlock.run(table, block.first, block.count, block.count, block.data);
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
      for (const { table, runs } of gone) for (const run of runs) this.release(table, run);
      this.database.prepare('DELETE FROM journal WHERE number <= ?').run(number);
    });
  }

  /** Takes documents off their blocks' counts; a block without any goes. */
  private release(table: number, [from, count]: readonly [number, number]): void {
    for (let at = from; at < from + count; ) {
      const found = this.selectBlock.get(table, at);
      const end = found === undefined ? at + 1 : Number(found['first']) + Number(found['count']);
      if (found !== undefined && at < end) this.lessen.run(table, at, Math.min(end, from + count) - at);
      at = Math.max(at + 1, end);
    }
    this.database
      .prepare('DELETE FROM blocks WHERE tbl = ? AND first > ? AND first < ? AND live <= 0')
      .run(table, from - BLOCK_DOCUMENTS, from + count);
  }

  /** Texts by sequence number; what is not there is left out. */
  read(table: number, seqNos: readonly number[]): Map<number, string> {
    const found = new Map<number, string>();
    let block: { readonly first: number; readonly open: OpenBlock } | undefined;
    for (const seqNo of seqNos.toSorted((left, right) => left - right)) {
      if (block === undefined || seqNo >= block.first + block.open.count) block = this.blockOf(table, seqNo);
      if (block !== undefined && seqNo < block.first + block.open.count)
        found.set(seqNo, block.open.text(seqNo - block.first));
    }
    return found;
  }

  private blockOf(table: number, seqNo: number): { readonly first: number; readonly open: OpenBlock } | undefined {
    const row = this.selectBlock.get(table, seqNo);
    const data = row?.['data'];
    if (row === undefined || !(data instanceof Uint8Array)) return undefined;
    if (seqNo >= Number(row['first']) + Number(row['count'])) return undefined;
    return { first: Number(row['first']), open: new OpenBlock(data) };
  }

  /** All texts of a table that is gone. */
  dropTable(table: number): void {
    this.database.prepare('DELETE FROM blocks WHERE tbl = ?').run(table);
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
