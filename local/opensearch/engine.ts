// local/opensearch: the parts of the engine that every request may need.
import { Database, type DatabaseOptions } from './database.ts';
import { DocumentWriter } from './document-writer.ts';
import { IndexCatalog } from './index-catalog.ts';
import { PointsInTime } from './point-in-time.ts';

export interface Engine {
  readonly database: Database;
  readonly catalog: IndexCatalog;
  readonly writer: DocumentWriter;
  readonly pits: PointsInTime;
}

export async function openEngine(options: DatabaseOptions): Promise<Engine> {
  const database = await Database.open(options);
  const catalog = new IndexCatalog();
  await database.write((connection) => catalog.load(connection));
  return { database, catalog, writer: new DocumentWriter(database, catalog), pits: new PointsInTime(catalog) };
}
