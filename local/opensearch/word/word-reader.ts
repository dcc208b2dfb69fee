// local/opensearch/word: at the start, the words of rows that no segment has: of the latest, or of all in a file of before.
import { BIGINT, type DuckDBConnection } from '@duckdb/node-api';
import type { Index } from '../catalog/index-catalog.ts';
import { rowsOf } from '../database/database.ts';
import { type Field, multiColumn, singleColumn } from '../mapping/field.ts';

const PAGE_ROWS = 1_024;

export async function readWords(connection: DuckDBConnection, index: Index): Promise<void> {
  const { columns, words } = index;
  const fields = [...new Set(index.mapping.fields.values())].filter(({ family }) => family === 'text');
  const known = fields.filter((field) => columns.has(singleColumn(field)) || columns.has(multiColumn(field)));
  if (known.length === 0) return;
  const lists = known.map((field) => {
    const single = columns.has(singleColumn(field)) ? `[${singleColumn(field)}]` : undefined;
    const multi = columns.has(multiColumn(field)) ? multiColumn(field) : undefined;
    return single === undefined || multi === undefined ? (single ?? multi) : `coalesce(${multi}, ${single})`;
  });
  const sql = `SELECT _seq, ${lists.join(', ')} FROM ${index.table} WHERE _seq > $1 ORDER BY _seq LIMIT ${PAGE_ROWS}`;
  for (let last = BigInt(words.covered); ; ) {
    const rows = await rowsOf(connection, { sql, values: [last], types: [BIGINT] });
    for (const [seqNo, ...texts] of rows) {
      const ofRow: Field[] = [];
      const values: string[] = [];
      for (const [at, field] of known.entries()) {
        for (const text of itemsOf(texts[at])) {
          if (typeof text !== 'string') continue;
          ofRow.push(field);
          values.push(text);
        }
      }
      words.add(Number(seqNo), ofRow, values);
      if (words.isFull) words.seal();
      last = BigInt(String(seqNo));
    }
    if (rows.length < PAGE_ROWS) return;
  }
}

function itemsOf(list: unknown): readonly unknown[] {
  return typeof list === 'object' && list !== null && 'items' in list && Array.isArray(list.items) ? list.items : [];
}
