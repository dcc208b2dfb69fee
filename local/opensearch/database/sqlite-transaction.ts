// local/opensearch/database: work in the SQLite file beside DuckDB's: all of it or nothing, or all of one moment.
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

/** Reads several times. Alone each statement locks the file for itself, which takes as long as reading a page. */
export function readAtOnce<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN');
  try {
    return work();
  } finally {
    database.exec('COMMIT');
  }
}
