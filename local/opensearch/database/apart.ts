// local/opensearch/database: a statement that DuckDB's own threads work on, and nobody waits for actively.
// Who waits within DuckDB for a task of another thread asks for it again and again: beside an INSERT of one task that was a
// core of its own, half as much CPU again as the INSERT.
import { setTimeout as sleep } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { Statement } from './database.ts';

const POLL_MS = 2;

/** The database must have a thread besides those that ask: its `threads` must be two or more. */
export async function runApart(connection: DuckDBConnection, { sql, values, types }: Statement): Promise<void> {
  const pending = await connection.start(sql, values, types);
  // the binding's own class keeps it to itself, and its own way of waiting works on the tasks here, on this thread
  const { pending_result: handle } = pending as unknown as { readonly pending_result: duckdb.PendingResult };
  while (!duckdb.pending_execution_is_finished(duckdb.pending_execute_check_state(handle))) await sleep(POLL_MS);
  await pending.getResult();
}
