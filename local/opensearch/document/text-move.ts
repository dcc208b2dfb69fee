// local/opensearch/document: texts of documents that an earlier version kept in the tables go to where they are kept now.

import { type IndexCatalog, numberOf } from '../catalog/index-catalog.ts';
import { type Database, rowsOf } from '../database/database.ts';
import type { DocumentStore } from './document-store.ts';

const OLD_COLUMN = '_source';
const PAGE_ROWS = 1_024;

/** Once for a file of an earlier version; what a crash cuts short begins again. */
export async function moveTexts(database: Database, catalog: IndexCatalog, store: DocumentStore): Promise<void> {
  for (const index of catalog.indexes.values()) {
    if (!index.columns.has(OLD_COLUMN)) continue;
    const table = numberOf(index.table);
    await database.write(async (connection) => {
      const read = `SELECT _seq, ${OLD_COLUMN}, _id FROM ${index.table} WHERE _seq > $1 ORDER BY _seq LIMIT ${PAGE_ROWS}`;
      for (let last = -1n; ; ) {
        const rows = await rowsOf(connection, { sql: read, values: [last] });
        if (rows.length === 0) break;
        const texts = [];
        for (let from = 0; from < rows.length; ) {
          const first = Number(rows[from]?.[0]);
          let to = from + 1;
          while (to < rows.length && Number(rows[to]?.[0]) === first + to - from) to += 1;
          const documents = rows
            .slice(from, to)
            .map(([, text, id]) => ({ id: String(id), source: Buffer.from(String(text)) }));
          texts.push({ table, first, documents });
          from = to;
        }
        await store.write([], texts).written;
        last = BigInt(String(rows.at(-1)?.[0]));
      }
      await connection.run(`ALTER TABLE ${index.table} DROP COLUMN ${OLD_COLUMN}`);
    });
    index.columns.delete(OLD_COLUMN);
    index.visibleColumns = new Set(index.columns.keys());
  }
}
