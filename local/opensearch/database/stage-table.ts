// local/opensearch/database: rows that wait in memory for their table, where DuckDB can read them in one statement.
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { appendChunks, chunkOf } from './chunk-appender.ts';
import type { RowBatch } from './row-batch.ts';

/** The database in memory that DuckDB holds beside the file. */
export const STAGE = 'stage';

export class StageTable {
  readonly name: string;
  private readonly connection: DuckDBConnection;
  private readonly batch: RowBatch;
  /** The table's columns; empty while there is none. */
  readonly columns = new Map<string, string>();
  rows = 0;
  /** Rows on their way: appended all at once they are not copied within DuckDB. */
  private chunks: DuckDBDataChunk[] = [];

  /** `connection` is used by stage tables alone: what it does it does at once, on this thread. */
  constructor(connection: DuckDBConnection, number: number, batch: RowBatch) {
    this.connection = connection;
    this.name = `g${number}`;
    this.batch = batch;
  }

  /** Takes the batch's rows out of it, as a chunk on its way into the table. */
  async spill(): Promise<void> {
    if (this.batch.rows === 0) return;
    const missing = [...this.batch.types()].filter(([name]) => !this.columns.has(name));
    if (missing.length > 0) await this.addColumns(missing);
    this.chunks.push(chunkOf(this.columns, this.batch));
    this.rows += this.batch.rows;
    this.batch.clear();
  }

  private async addColumns(missing: readonly (readonly [string, string])[]): Promise<void> {
    // those before are of fewer columns
    await this.append();
    if (this.columns.size === 0) {
      const definition = missing.map(([name, type]) => `${name} ${type}`).join(', ');
      await this.connection.run(`CREATE TABLE ${STAGE}.${this.name} (${definition})`);
    } else {
      for (const [name, type] of missing)
        await this.connection.run(`ALTER TABLE ${STAGE}.${this.name} ADD COLUMN ${name} ${type}`);
    }
    for (const [name, type] of missing) this.columns.set(name, type);
  }

  /** Resolves when all rows are in the table. What fails may be tried again. */
  async settle(): Promise<void> {
    await this.spill();
    await this.append();
  }

  private async append(): Promise<void> {
    if (this.chunks.length === 0) return;
    await appendChunks(this.connection, { catalog: STAGE, name: this.name }, this.chunks);
    this.chunks = [];
  }

  async drop(): Promise<void> {
    if (this.columns.size > 0) await this.connection.run(`DROP TABLE IF EXISTS ${STAGE}.${this.name}`);
    this.columns.clear();
  }
}
