// local/opensearch: the parts of the engine that every request may need.

import type { DuckDBConnection } from '@duckdb/node-api';
import { type Index, IndexCatalog, numberOf, type SegmentsOf } from './catalog/index-catalog.ts';
import { Database, type DatabaseOptions, rowsOf } from './database/database.ts';
import { DocumentPlanner } from './document/document-planner.ts';
import { DocumentStates } from './document/document-states.ts';
import { DocumentStore } from './document/document-store.ts';
import { DocumentWriter } from './document/document-writer.ts';
import { replayJournal } from './document/journal-replay.ts';
import { PendingWrites } from './document/pending-writes.ts';
import { moveTexts } from './document/text-move.ts';
import { SegmentMerger } from './merge/segment-merger.ts';
import { PointsInTime } from './search/point-in-time.ts';
import { SegmentFile } from './segment/segment-file.ts';
import { SegmentSet } from './segment/segment-set.ts';
import { readWords } from './word/word-reader.ts';

export interface Engine {
  readonly database: Database;
  readonly catalog: IndexCatalog;
  readonly store: DocumentStore;
  readonly segments: Segments;
  readonly pending: PendingWrites;
  readonly writer: DocumentWriter;
  readonly pits: PointsInTime;
}

/** Words and values of all indexes; those in memory, for tests, are not merged. */
export interface Segments {
  readonly file: SegmentFile;
  readonly merger: SegmentMerger | undefined;
  readonly of: SegmentsOf;
}

export async function openEngine(options: DatabaseOptions): Promise<Engine> {
  const database = await Database.open(options);
  const store = new DocumentStore(options.file === ':memory:' ? options.file : `${options.file}.documents`);
  const segments = openSegments(options.file);
  const catalog = new IndexCatalog(store, segments.of);
  await database.write((connection) => catalog.load(connection));
  const tables = new Set(Array.from(catalog.indexes.values(), ({ table }) => numberOf(table)));
  segments.merger?.gone(segments.file.keepTables(tables));
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
  return { database, catalog, store, segments, pending, writer, pits: new PointsInTime(catalog, database, pending) };
}

function openSegments(name: string): Segments {
  const isInMemory = name === ':memory:';
  const file = isInMemory ? new SegmentFile(name, 'own') : new SegmentFile(`${name}.segments`, 'left');
  const merger = isInMemory ? undefined : new SegmentMerger(file, `${name}.segments`);
  return { file, merger, of: (kind, table) => new SegmentSet(file, kind, table, merger) };
}

/** Values of rows that are there already are not read: what no segment has is looked for in the rows. */
async function openValues(connection: DuckDBConnection, { table, values }: Index): Promise<void> {
  const [row] = await rowsOf(connection, { sql: `SELECT min(_seq), max(_seq) FROM ${table}` });
  const [first, last] = row ?? [];
  if (typeof first === 'bigint' && typeof last === 'bigint') values.open(Number(first), Number(last));
}

export async function closeEngine({ catalog, database, pending, segments, store }: Engine): Promise<void> {
  await pending.flush();
  await segments.merger?.close();
  for (const { values } of catalog.indexes.values()) values.seal();
  await database.close();
  segments.file.close();
  await store.close();
}
