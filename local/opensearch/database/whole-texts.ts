// local/opensearch/database: DuckDB's reader drops a byte order mark that a text begins with; ours keeps every character.
import accessors from '@duckdb/node-api/lib/vectors/dataAccessors.js';

/** For the whole process: the reader is one. */
export function keepWholeTexts(): void {
  (accessors as { textDecoder: InstanceType<typeof TextDecoder> }).textDecoder = new TextDecoder('utf-8', {
    ignoreBOM: true,
  });
}
