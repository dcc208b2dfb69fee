// local/opensearch/database: all of some work in the SQLite file beside DuckDB's, or nothing of it.
import type { DatabaseSync } from 'node:sqlite';

export function atOnce(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
