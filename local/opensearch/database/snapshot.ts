// local/opensearch/database: the data as it was at one moment, for reads that come later.
import type { DuckDBConnection } from '@duckdb/node-api';

export class Snapshot {
  private readonly connection: DuckDBConnection;
  private readonly end: () => void;
  private lastRead: Promise<unknown> = Promise.resolve();
  private closing: Promise<void> | undefined;
  /** Nothing can be read at it any more. */
  isLost = false;

  /** `connection` is the snapshot's alone, and within a transaction; `end` is called when it has ended. */
  constructor(connection: DuckDBConnection, end: () => void) {
    this.connection = connection;
    this.end = end;
  }

  /** Reads run one after the other, each whole. */
  read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const turn = this.lastRead.then(() => work(this.connection));
    this.lastRead = turn.catch(() => this.probe());
    return turn;
  }

  /** DuckDB ends a transaction in which a statement failed while it ran, but not one whose statement it refused. */
  private async probe(): Promise<void> {
    await this.connection.run('FROM moment').catch(() => {
      this.isLost = true;
    });
  }

  /** After the reads that were asked for. */
  close(): Promise<void> {
    this.isLost = true;
    this.closing ??= this.lastRead.then(async () => {
      await this.connection.run('ROLLBACK').catch(() => undefined);
      this.connection.closeSync();
      this.end();
    });
    return this.closing;
  }
}
