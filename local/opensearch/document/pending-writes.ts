// local/opensearch/document: what is acknowledged and not in its table yet: it gathers until it fills a row group, then goes there at once.
import { BIGINT, type DuckDBConnection, type DuckDBType, type DuckDBValue, LIST, listValue } from '@duckdb/node-api';
import { type Index, type IndexCatalog, numberOf } from '../catalog/index-catalog.ts';
import { refreshIntervalMsOf } from '../catalog/new-index.ts';
import { type Database, inTransaction, ROW_GROUP_SIZE, rowsOf } from '../database/database.ts';
import { RowBatch } from '../database/row-batch.ts';
import { STAGE, StageTable } from '../database/stage-table.ts';
import type { DocumentFields } from '../mapping/document-fields.ts';
import { ScannedValues } from '../mapping/scanned-values.ts';
import { type DocumentStore, type NewTexts, runsOf } from './document-store.ts';
import type { JournalEntry } from './journal-record.ts';
import { newColumns } from './new-columns.ts';
import type { GoneRows } from './text-file.ts';

/** Rows of a generation. */
const GENERATION_ROWS = ROW_GROUP_SIZE;
/** Of documents: what their rows take in memory, about. 8,192 flows are 24 MiB. */
const GENERATION_BYTES = 64 * 1024 * 1024;
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Up to so many rows a search waits for; beyond, it sees them when their time has come. */
const QUICK_ROWS = 2_048;

export interface PendingDocument {
  readonly seqNo: number;
  readonly version: bigint;
  readonly exists: boolean;
}

export interface PendingRow {
  readonly id: string;
  readonly hash: bigint;
  readonly seqNo: number;
  readonly version: bigint;
  readonly values: DocumentFields | ScannedValues;
  /** Of the document. */
  readonly bytes: number;
}

/** One index's part of a generation. */
export class PendingIndex {
  readonly index: Index;
  readonly documents = new Map<string, PendingDocument>();
  readonly batch: RowBatch;
  readonly stage: StageTable;
  /** Sequence numbers that newer ones take the place of, in the table or among these rows. */
  readonly replaced: number[] = [];
  /** The first of its own. */
  firstSeqNo = Number.POSITIVE_INFINITY;
  bytes = 0;

  constructor(index: Index, batch: RowBatch, stage: StageTable) {
    this.index = index;
    this.batch = batch;
    this.stage = stage;
  }

  get rows(): number {
    return this.stage.rows + this.batch.rows;
  }

  /** Resolves when there is room for a row. */
  async makeRoom(): Promise<void> {
    if (this.batch.isFull) await this.spill();
  }

  /** Values are known before their rows are anywhere: a search that sees a row finds it by them. */
  async spill(): Promise<void> {
    this.index.values.add(this.batch);
    await this.stage.spill();
  }

  /** After `makeRoom`. */
  add({ id, hash, seqNo, version, values, bytes }: PendingRow): void {
    const { batch } = this;
    const row = batch.rows;
    batch.column('_id', 'VARCHAR').setText(row, id);
    batch.column('_h', 'UBIGINT').setBig(row, hash);
    batch.column('_seq', 'BIGINT').setInteger(row, seqNo);
    batch.column('_version', 'BIGINT').setBig(row, version);
    if (values instanceof ScannedValues) {
      batch.addScanned(values);
      this.index.words.addTexts(seqNo, values.texts);
    } else {
      batch.addValues(values.fields, values.values);
      this.index.words.add(seqNo, values.fields, values.values);
    }
    batch.rows += 1;
    this.bytes += bytes;
    this.index.ids?.add(hash);
    if (seqNo < this.firstSeqNo) this.firstSeqNo = seqNo;
  }
}

interface Generation {
  readonly indexes: Map<Index, PendingIndex>;
  /** Those whose words became a segment. */
  readonly sealed: Set<Index>;
  /** Of its last journal record. */
  journalNumber: number;
  timer: NodeJS.Timeout | undefined;
  /** When its rows must be in their tables. */
  dueMs: number;
}

export class PendingWrites {
  private readonly database: Database;
  private readonly catalog: IndexCatalog;
  private readonly store: DocumentStore;
  private readonly batches = new WeakMap<Index, RowBatch>();
  private current: Generation = emptyGeneration();
  private flushing: Generation | undefined;
  private lastFlush: Promise<void> = Promise.resolve();
  private lastTurn: Promise<unknown> = Promise.resolve();
  private lastJournal: Promise<void> = Promise.resolve();
  private unforgotten: { readonly number: number; readonly gone: readonly GoneRows[] }[] = [];
  private nextStage = 1;

  constructor(database: Database, catalog: IndexCatalog, store: DocumentStore) {
    this.database = database;
    this.catalog = catalog;
    this.store = store;
  }

  /** The newest write to a document that is not in its table yet. */
  find(index: Index, id: string): PendingDocument | undefined {
    return this.current.indexes.get(index)?.documents.get(id) ?? this.flushing?.indexes.get(index)?.documents.get(id);
  }

  /** Ids of all that wait. */
  *waiting(index: Index): Generator<string> {
    for (const generation of [this.current, this.flushing])
      yield* generation?.indexes.get(index)?.documents.keys() ?? [];
  }

  /** Runs `work`, which adds rows, while no generation ends. */
  turn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.lastTurn.then(work);
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }

  /** Where an index's next rows go; asked for within a turn. */
  open(index: Index): PendingIndex {
    const known = this.current.indexes.get(index);
    if (known !== undefined) return known;
    const batch = this.batches.get(index) ?? new RowBatch();
    this.batches.set(index, batch);
    const pending = new PendingIndex(index, batch, new StageTable(this.database.stager, this.nextStage, batch));
    this.nextStage += 1;
    this.current.indexes.set(index, pending);
    return pending;
  }

  /**
   * Resolves when there is room for further rows, with how many fill a row group: what is full goes into its tables first. Not
   * within a turn. Rows beyond a whole group are a group of their own in the file, until a checkpoint puts such together and
   * writes whole ones with them again: 400,000 flows of 44 whole groups and as many rests took it 18 s of CPU and 60,000 files.
   */
  async makeRoom(): Promise<number> {
    await this.store.retry();
    if (rowsOfGeneration(this.current) >= GENERATION_ROWS || bytesOf(this.current) >= GENERATION_BYTES)
      await this.rotate();
    return Math.max(1, GENERATION_ROWS - rowsOfGeneration(this.current));
  }

  /** Writes to the journal, in the order of the calls, made within turns; resolves when they are synced. */
  journal(entries: readonly JournalEntry[], texts: readonly NewTexts[]): Promise<void> {
    const generation = this.current;
    this.schedule(generation);
    const { number, written } = this.store.write(entries, texts);
    generation.journalNumber = number;
    // they end in their order
    this.lastJournal = written.catch(() => undefined);
    return written;
  }

  /** As late as its indexes allow: rows that are no whole group go through DuckDB's log and its memory. */
  private schedule(generation: Generation): void {
    const waitMs = Math.min(...[...generation.indexes.keys()].map(({ settings }) => refreshIntervalMsOf(settings)));
    const dueMs = performance.now() + waitMs;
    if (dueMs >= generation.dueMs) return;
    clearTimeout(generation.timer);
    generation.dueMs = dueMs;
    generation.timer = setTimeout(() => this.flush().catch(() => undefined), Math.min(waitMs, MAX_TIMER_MS)).unref();
  }

  /** Within a turn: what was added is in the journal under this number. */
  wasJournaled(number: number): void {
    this.current.journalNumber = number;
  }

  /** Resolves when the journal has everything that was added before. */
  async journaled(): Promise<void> {
    await this.lastJournal;
    await this.store.retry();
  }

  /** Resolves when searches over these indexes see what was acknowledged, or will within their refresh_interval. */
  async makeVisible(indexes: readonly Index[]): Promise<void> {
    const count = (generation: Generation | undefined): number =>
      indexes.reduce((sum, index) => sum + (generation?.indexes.get(index)?.documents.size ?? 0), 0);
    const flushing = count(this.flushing);
    const waiting = count(this.current);
    if (flushing + waiting === 0 || flushing > QUICK_ROWS || rowsOfGeneration(this.current) > QUICK_ROWS) return;
    await (waiting === 0 ? this.lastFlush : this.flush());
  }

  /** Resolves when everything that was added before is in its tables. */
  async flush(): Promise<void> {
    const last = this.current;
    if (last.indexes.size > 0) await this.rotate(last);
    await this.settleFlush();
  }

  /** Runs `work` on the connection that writes when nothing is pending, and nothing becomes so meanwhile. */
  alone<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.turn(async () => {
      await this.settleFlush();
      await this.seal();
      await this.settleFlush();
      return this.database.write(work);
    });
  }

  /** Ends a generation, unless somebody has, and sends it on its way. */
  private async rotate(generation = this.current): Promise<void> {
    await this.settleFlush();
    await this.turn(async () => {
      if (this.current !== generation) return;
      await this.settleFlush();
      await this.seal();
    });
  }

  /** Waits for the generation under way; one that failed is tried again. */
  private async settleFlush(): Promise<void> {
    await this.lastFlush.catch(() => undefined);
    if (this.flushing !== undefined) this.startFlush(this.flushing);
    await this.lastFlush;
  }

  private async seal(): Promise<void> {
    const generation = this.current;
    if (generation.indexes.size === 0) return;
    clearTimeout(generation.timer);
    for (const pending of generation.indexes.values()) {
      const { index, stage } = pending;
      await pending.spill();
      await stage.settle();
      // before the rows are there: a search that sees a row knows its words
      if (!index.words.isFull) continue;
      await index.words.sealBeside();
      generation.sealed.add(index);
    }
    this.current = emptyGeneration();
    this.flushing = generation;
    this.startFlush(generation);
  }

  private startFlush(generation: Generation): void {
    const journaled = this.journaled();
    this.lastFlush = (async () => {
      await journaled;
      await this.put(generation);
    })();
    this.lastFlush.catch(() => undefined);
  }

  private async put(generation: Generation): Promise<void> {
    const pendings = [...generation.indexes.values()];
    await this.database.write(async (connection) => {
      // In transactions of their own: DuckDB commits no delete that was made before the table was altered.
      for (const { index, stage } of pendings) {
        for (const column of await newColumns(connection, index, stage))
          await this.catalog.addColumn(connection, index, column);
      }
      await inTransaction(connection, async () => {
        for (const pending of pendings) await putRows(this.database, connection, pending);
        await this.catalog.saveJournalNumber(connection, generation.journalNumber);
      });
    });
    for (const { index } of pendings) index.visibleColumns = new Set(index.columns.keys());
    this.flushing = undefined;
    for (const { stage } of pendings) await stage.drop();
    const gone = pendings.map(({ index, replaced }) => ({ table: numberOf(index.table), runs: runsOf(replaced) }));
    this.release(gone, generation.journalNumber);
    // what fails is tried again when the next segment is written
    for (const index of generation.sealed) this.dropWords(index).catch(() => undefined);
  }

  /** Segments of words and values whose rows are all gone, once no search that began before can ask for them. */
  private async dropWords(index: Index): Promise<void> {
    const [row] = await this.database.read((connection) =>
      rowsOf(connection, { sql: `SELECT min(_seq) FROM ${index.table}` }),
    );
    const first = row?.[0];
    if (typeof first !== 'bigint') return;
    await this.database.readersBefore();
    index.words.dropBelow(Number(first));
    index.values.dropBelow(Number(first));
  }

  /** Rows that are gone from their tables: searches that began before still find the texts of the rows that they saw. */
  release(gone: readonly GoneRows[], number = 0): void {
    this.unforgotten.push({ number, gone });
    void this.database.readersBefore().then(() => this.forget(number));
  }

  /** What fails is tried again with the next generation's: on a full disk nothing is lost but room. */
  private async forget(number: number): Promise<void> {
    const ready = this.unforgotten.filter((one) => one.number <= number);
    if (ready.length === 0) return;
    this.unforgotten = this.unforgotten.filter((one) => one.number > number);
    const gone = ready.flatMap((one) => one.gone);
    await this.store.forget(number, gone).catch(() => this.unforgotten.push(...ready));
  }
}

function emptyGeneration(): Generation {
  return { indexes: new Map(), sealed: new Set(), journalNumber: 0, timer: undefined, dueMs: Number.POSITIVE_INFINITY };
}

function bytesOf(generation: Generation): number {
  let bytes = 0;
  for (const pending of generation.indexes.values()) bytes += pending.bytes;
  return bytes;
}

function rowsOfGeneration(generation: Generation): number {
  let rows = 0;
  for (const pending of generation.indexes.values()) rows += pending.rows;
  return rows;
}

async function putRows(database: Database, connection: DuckDBConnection, pending: PendingIndex): Promise<void> {
  const { index, stage, replaced, firstSeqNo } = pending;
  const stored = replaced.filter((seqNo) => seqNo < firstSeqNo);
  const staged = replaced.filter((seqNo) => seqNo >= firstSeqNo);
  if (stored.length > 0)
    await connection.run(`DELETE FROM ${index.table} WHERE _seq IN (SELECT unnest($1))`, ...seqNoList(stored));
  if (stage.columns.size === 0) return;
  const columns = [...stage.columns.keys()].join(', ');
  const insert = `INSERT INTO ${index.table} (${columns}) SELECT ${columns} FROM ${STAGE}.${stage.name}`;
  if (staged.length === 0) {
    await database.runApart(connection, { sql: insert });
    return;
  }
  const [values, types] = seqNoList(staged);
  await database.runApart(connection, { sql: `${insert} WHERE _seq NOT IN (SELECT unnest($1))`, values, types });
}

function seqNoList(seqNos: readonly number[]): [DuckDBValue[], DuckDBType[]] {
  return [[listValue(seqNos.map(BigInt))], [LIST(BIGINT)]];
}
