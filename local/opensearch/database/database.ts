// local/opensearch/database: the DuckDB file: one connection that writes, a few that read, nothing that reaches outside.
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type DuckDBConnection, DuckDBInstance, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { runApart } from './apart.ts';
import { Snapshot } from './snapshot.ts';
import { STAGE } from './stage-table.ts';
import { registerTextFunctions } from './text-functions.ts';
import { keepWholeTexts } from './whole-texts.ts';

export interface DatabaseOptions {
  readonly file: string;
  readonly memoryLimitMiB: number;
  readonly threads: number;
}

const READERS = 4;
/** The snapshot is made with the first table that is read: what is looked up elsewhere from here on is not older. */
const BEGIN_READING = 'BEGIN TRANSACTION READ ONLY; FROM moment';
/**
 * Size of the log from which on the data is written into the file, by a connection of its own while others commit:
 * DuckDB's own checkpoint within COMMIT held single commits up for two seconds, this one for half a second at most. What the
 * log has and the file lacks stays in DuckDB's memory, three times as large: at 32 MiB writers that paused now and then left
 * so little of 192 MiB that a flow cost 385 µs instead of 146.
 */
const CHECKPOINT_BYTES = 6 * 1024 * 1024;
/**
 * Rows per row group. A transaction of a whole group or more goes right into the file, compressed, and through the log only
 * by name; what is below waits in memory, uncompressed, some 6 KB a flow: what overruns the limit DuckDB puts out to disk and
 * back, and spends 900 µs a document on it.
 */
export const ROW_GROUP_SIZE = 8_192;
/**
 * A checkpoint holds a block of each column that it writes: two hundred columns of 256 KiB, DuckDB's default, overran 192 MiB
 * when several dumps were indexed at once, and a checkpoint that fails takes the whole database with it.
 */
const BLOCK_BYTES = 16_384;
/** From this mean length on strings (documents, payload text) are kept as zstd. */
const ZSTD_MIN_STRING_LENGTH = 512;

/** Freed memory goes back to the system soon: by default DuckDB's allocator keeps some hundreds of MiB beyond its limit. */
const ALLOCATOR_SETTINGS = [
  'allocator_background_threads = true',
  "allocator_flush_threshold = '16MiB'",
  "allocator_bulk_deallocation_flush_threshold = '16MiB'",
];

export type Row = readonly DuckDBValue[];

const STATES = new WeakMap<DuckDBConnection, number>();

/**
 * Which state of the data a connection reads: of one database, reads of the same number see the same. Undefined: something was
 * being written when the read began.
 */
export function stateOf(connection: DuckDBConnection): number | undefined {
  return STATES.get(connection);
}

/** A statement with its values; the text holds no value that came from a request. */
export interface Statement {
  readonly sql: string;
  readonly values?: DuckDBValue[];
  readonly types?: DuckDBType[];
}

export class Database {
  private readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  /** For tables in memory: no statement on it waits for the file. */
  readonly stager: DuckDBConnection;
  private readonly idle: DuckDBConnection[];
  private readonly reading = new Set<Promise<void>>();
  private readonly waiting: ((connection: DuckDBConnection) => void)[] = [];
  private lastWrite: Promise<unknown> = Promise.resolve();
  /** Writes that have begun, and that are over. */
  private begun = 0;
  private ended = 0;
  private checkpoint: Promise<void> | undefined;
  private readonly checkpointer: DuckDBConnection;
  private readonly others: DuckDBConnection[] = [];
  private readonly held = new Set<Snapshot>();
  /** The log beside the file; undefined in memory. */
  private readonly logFile: string | undefined;
  private readonly threads: number;

  private constructor(
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    stager: DuckDBConnection,
    checkpointer: DuckDBConnection,
    readers: DuckDBConnection[],
    logFile: string | undefined,
    threads: number,
  ) {
    this.instance = instance;
    this.threads = threads;
    this.checkpointer = checkpointer;
    this.logFile = logFile;
    this.writer = writer;
    this.stager = stager;
    this.idle = readers;
  }

  static async open(options: DatabaseOptions): Promise<Database> {
    keepWholeTexts();
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${options.memoryLimitMiB}MiB`,
      threads: String(options.threads),
      autoload_known_extensions: 'false',
      autoinstall_known_extensions: 'false',
      preserve_insertion_order: 'true',
      ...(options.file !== ':memory:' && { temp_directory: `${options.file}.tmp` }),
    });
    const writer = await instance.connect();
    const file = options.file.replaceAll("'", "''");
    // A file of before keeps the blocks it was made with: another size is refused.
    const blocks = existsSync(options.file) ? '' : `BLOCK_SIZE ${BLOCK_BYTES}, `;
    const storage = `ROW_GROUP_SIZE ${ROW_GROUP_SIZE}, ${blocks}STORAGE_VERSION 'latest'`;
    await writer.run(`ATTACH '${file}' AS store (${storage})`);
    await writer.run(`ATTACH ':memory:' AS ${STAGE} (ROW_GROUP_SIZE ${ROW_GROUP_SIZE})`);
    await writer.run(`SET GLOBAL zstd_min_string_length = ${ZSTD_MIN_STRING_LENGTH}`);
    for (const setting of ALLOCATOR_SETTINGS) await writer.run(`SET GLOBAL ${setting}`);
    // rows that are named by another statement's are looked for in those vectors alone that may have them
    await writer.run('SET GLOBAL dynamic_or_filter_threshold = 512');
    await writer.run("SET GLOBAL TimeZone = 'UTC'");
    await writer.run("SET GLOBAL wal_autocheckpoint = '1GB'");
    await writer.run('SET GLOBAL enable_external_access = false');
    await writer.run('SET GLOBAL lock_configuration = true');
    await writer.run('USE store');
    await writer.run('CREATE TABLE IF NOT EXISTS moment (nothing BOOLEAN)');
    registerTextFunctions(writer);
    const connect = async (): Promise<DuckDBConnection> => {
      const connection = await instance.connect();
      await connection.run('USE store');
      return connection;
    };
    const stager = await instance.connect();
    const checkpointer = await connect();
    const readers: DuckDBConnection[] = [];
    for (let index = 0; index < READERS; index += 1) readers.push(await connect());
    const logFile = options.file === ':memory:' ? undefined : `${options.file}.wal`;
    return new Database(instance, writer, stager, checkpointer, readers, logFile, options.threads);
  }

  /** A connection more, of the caller's alone; it ends with the database. */
  async connect(): Promise<DuckDBConnection> {
    const connection = await this.instance.connect();
    await connection.run('USE store');
    this.others.push(connection);
    return connection;
  }

  /** Runs `work` alone among writers, in the order of the calls. */
  async write<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const turn = this.lastWrite.then(async () => {
      this.begun += 1;
      try {
        return await work(this.writer);
      } finally {
        this.ended += 1;
      }
    });
    this.lastWrite = turn.catch(() => undefined);
    const result = await turn;
    await this.checkpointIfDue();
    return result;
  }

  /** Runs a statement that takes long and gives no rows, without a thread that waits for it. */
  async runApart(connection: DuckDBConnection, statement: Statement): Promise<void> {
    if (this.threads > 1) await runApart(connection, statement);
    else await connection.run(statement.sql, statement.values, statement.types);
  }

  /** Starts a checkpoint where the log is long and none is under way; a failed one is tried again after the next write. */
  private async checkpointIfDue(): Promise<void> {
    if (this.logFile === undefined || this.checkpoint !== undefined) return;
    const size = await stat(this.logFile).then(
      (found) => found.size,
      () => 0,
    );
    if (size < CHECKPOINT_BYTES || this.checkpoint !== undefined) return;
    this.checkpoint = this.checkpointer.run('CHECKPOINT store').then(
      () => undefined,
      () => undefined,
    );
    void this.checkpoint.then(() => {
      this.checkpoint = undefined;
    });
  }

  /** Runs `work` on a connection of its own, inside one snapshot of the data. */
  read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.reading.add(ended);
    void ended.then(() => this.reading.delete(ended));
    return this.readOne(work, end);
  }

  /** The data as it is now, until it is let go: a read that has begun, so to say, and is long. */
  async hold(): Promise<Snapshot> {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.reading.add(ended);
    void ended.then(() => this.reading.delete(ended));
    const connection = await this.instance.connect().catch((error: unknown) => {
      end();
      throw error;
    });
    const snapshot = new Snapshot(connection, () => {
      this.held.delete(snapshot);
      end();
    });
    this.held.add(snapshot);
    try {
      await connection.run('USE store');
      await this.begin(connection);
    } catch (error) {
      await snapshot.close();
      throw error;
    }
    return snapshot;
  }

  /** Resolves when all reads that have begun are over. */
  async readersBefore(): Promise<void> {
    await Promise.all(this.reading);
  }

  private async readOne<T>(work: (connection: DuckDBConnection) => Promise<T>, end: () => void): Promise<T> {
    const connection =
      this.idle.pop() ?? (await new Promise<DuckDBConnection>((resolve) => this.waiting.push(resolve)));
    try {
      await this.begin(connection);
      return await work(connection);
    } finally {
      // the answer does not wait for it
      void this.giveBack(connection).then(end);
    }
  }

  private async begin(connection: DuckDBConnection): Promise<void> {
    const { begun, ended } = this;
    await connection.run(BEGIN_READING);
    if (begun === ended && begun === this.begun) STATES.set(connection, begun);
    else STATES.delete(connection);
  }

  private async giveBack(connection: DuckDBConnection): Promise<void> {
    await connection.run('ROLLBACK').catch(() => undefined);
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push(connection);
    else next(connection);
  }

  /** Waits for the writes under way, writes everything into the file and lets it go. */
  async close(): Promise<void> {
    await this.lastWrite;
    await Promise.all(Array.from(this.held, (snapshot) => snapshot.close()));
    await this.readersBefore();
    await this.checkpoint;
    this.checkpointer.closeSync();
    this.stager.closeSync();
    await this.writer.run('CHECKPOINT store');
    await this.writer.run('USE memory');
    for (const connection of [...this.idle, ...this.others]) connection.closeSync();
    await this.writer.run('DETACH store');
    this.writer.closeSync();
    this.instance.closeSync();
  }
}

/** All rows of a statement. */
export async function rowsOf(
  connection: DuckDBConnection,
  { sql, values = [], types = [] }: Statement,
): Promise<Row[]> {
  // with values a statement is prepared first, on this thread
  const reader = await (values.length === 0
    ? connection.runAndReadAll(sql)
    : connection.runAndReadAll(sql, values, types));
  return reader.getRows();
}

/** Runs `work` between BEGIN and COMMIT; whatever it throws rolls back. */
export async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN TRANSACTION');
  try {
    const result = await work();
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
