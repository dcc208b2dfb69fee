// local/opensearch: the parts of the engine that every request may need.

import type { DuckDBConnection } from '@duckdb/node-api';
import { type Index, IndexCatalog } from './catalog/index-catalog.ts';
import { PointsInTime } from './catalog/point-in-time.ts';
import { Database, type DatabaseOptions, rowsOf } from './database/database.ts';
import { DocumentPlanner } from './document/document-planner.ts';
import { DocumentStates } from './document/document-states.ts';
import { DocumentStore } from './document/document-store.ts';
import { DocumentWriter } from './document/document-writer.ts';
import { replayJournal } from './document/journal-replay.ts';
import { PendingWrites } from './document/pending-writes.ts';
import { moveTexts } from './document/text-move.ts';
import { readWords } from './word/word-reader.ts';

export interface Engine {
  readonly database: Database;
  readonly catalog: IndexCatalog;
  readonly store: DocumentStore;
  readonly pending: PendingWrites;
  readonly writer: DocumentWriter;
  readonly pits: PointsInTime;
}

export async function openEngine(options: DatabaseOptions): Promise<Engine> {
  const database = await Database.open(options);
  const store = new DocumentStore(options.file === ':memory:' ? options.file : `${options.file}.documents`);
  const catalog = new IndexCatalog(store);
  await database.write((connection) => catalog.load(connection));
  store.continueFrom(catalog.journalNumber);
  await moveTexts(database, catalog, store);
  const pending = new PendingWrites(database, catalog, store);
  await database.write(async (connection) => {
    for (const index of catalog.indexes.values()) {
      await readWords(connection, index);
      await openValues(connection, index);
    }
  });
  await replayJournal(store, catalog, pending);
  const states = new DocumentStates(await database.connect(), pending, store);
  const writer = new DocumentWriter(pending, new DocumentPlanner(database, catalog, pending, states));
  return { database, catalog, store, pending, writer, pits: new PointsInTime(catalog) };
}

/** Values of rows that are there already are not read: what no segment has is looked for in the rows. */
async function openValues(connection: DuckDBConnection, { table, values }: Index): Promise<void> {
  const [row] = await rowsOf(connection, { sql: `SELECT min(_seq), max(_seq) FROM ${table}` });
  const [first, last] = row ?? [];
  if (typeof first === 'bigint' && typeof last === 'bigint') values.open(Number(first), Number(last));
}

export async function closeEngine({ catalog, database, pending, store }: Engine): Promise<void> {
  await pending.flush();
  for (const { values } of catalog.indexes.values()) values.seal();
  await database.close();
  store.close();
}
