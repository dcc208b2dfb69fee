// local/opensearch/document: the columns that a table lacks for the rows about to be put into it, and how each is to be compressed.
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Index, NewColumn } from '../catalog/index-catalog.ts';
import { compressionOf, SAMPLE_ROWS } from '../database/column-compression.ts';
import { rowsOf } from '../database/database.ts';
import { STAGE, type StageTable } from '../database/stage-table.ts';

export async function newColumns(
  connection: DuckDBConnection,
  index: Index,
  stage: StageTable,
): Promise<readonly NewColumn[]> {
  const missing = [...stage.columns].filter(([name]) => !index.columns.has(name));
  const texts = missing.filter(([, type]) => type === 'VARCHAR').map(([name]) => name);
  const sample =
    texts.length === 0
      ? []
      : await rowsOf(connection, {
          sql: `SELECT _id, ${texts.join(', ')} FROM ${STAGE}.${stage.name} LIMIT ${SAMPLE_ROWS}`,
        });
  return missing.map(([name, type]) => {
    const at = texts.indexOf(name) + 1;
    if (at === 0) return { name, type, compression: undefined };
    const filled = sample.filter((row) => typeof row[at] === 'string');
    const values = filled.map((row) => String(row[at]));
    const ids = filled.map(([id]) => String(id));
    return { name, type, compression: compressionOf(values, ids, isText(index, name)) };
  });
}

/** `column`: of single values, f<ordinal>. */
function isText({ mapping }: Index, column: string): boolean {
  const name = mapping.order[Number(column.slice(1))];
  return name !== undefined && mapping.fields.get(name)?.family === 'text';
}
