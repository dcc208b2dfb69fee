// local/opensearch/database: rows that wait in memory for their table, where DuckDB can read them in one statement.
import type { DuckDBConnection } from '@duckdb/node-api';
import { appendBatch } from './chunk-appender.ts';
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

  /** `connection` is used by stage tables alone: what it does it does at once, on this thread. */
  constructor(connection: DuckDBConnection, number: number, batch: RowBatch) {
    this.connection = connection;
    this.name = `g${number}`;
    this.batch = batch;
  }

  /** Moves what the batch holds into the table. */
  async spill(): Promise<void> {
    if (this.batch.rows === 0) return;
    const missing = [...this.batch.types()].filter(([name]) => !this.columns.has(name));
    if (this.columns.size === 0) {
      const definition = missing.map(([name, type]) => `${name} ${type}`).join(', ');
      await this.connection.run(`CREATE TABLE ${STAGE}.${this.name} (${definition})`);
    } else {
      for (const [name, type] of missing)
        await this.connection.run(`ALTER TABLE ${STAGE}.${this.name} ADD COLUMN ${name} ${type}`);
    }
    for (const [name, type] of missing) this.columns.set(name, type);
    await appendBatch(this.connection, { catalog: STAGE, name: this.name, columns: this.columns }, this.batch);
    this.rows += this.batch.rows;
    this.batch.clear();
  }

  async drop(): Promise<void> {
    if (this.columns.size > 0) await this.connection.run(`DROP TABLE IF EXISTS ${STAGE}.${this.name}`);
    this.columns.clear();
  }
}
