// local/opensearch/database: how a column of texts that hardly repeat is compressed: DuckDB itself takes every text for one of a dictionary.
// Its dictionary with FSST pays where texts come again (names, agents): a filter or a group then looks at each once. For texts
// that do not it makes a symbol table a block of 16 KiB, again and again: 2.4 µs a community id to save 2 of its 34 bytes, 2.6 µs
// a payload that zstd packs smaller in 0.5. A column keeps what it is made with.
import { zstdCompressSync } from 'node:zlib';

export type ColumnCompression = 'zstd' | 'uncompressed';

/** Fewer values say nothing of those to come. */
const MIN_VALUES = 256;
/** Of the values: of an identifier nearly all are different, of a text that a dictionary would help few are. */
const MOST = 0.95;
const FEW = 0.25;
/** Of characters, in the mean: shorter texts cost little either way. */
const MIN_LENGTH = 24;
/** Of texts by chance zstd leaves more: of base64 three quarters, less what they have in common. */
const MAX_RATIO = 0.6;

/** Rows that a column is told by. */
export const SAMPLE_ROWS = 512;

/**
 * Of a column's first values with their documents' ids; `isText`: tokens of a text field, which are found by their words and
 * seldom read. Undefined: as DuckDB finds best, row group by row group.
 */
export function compressionOf(
  values: readonly string[],
  ids: readonly string[],
  isText: boolean,
): ColumnCompression | undefined {
  if (values.length > 0 && values.every((value, at) => value === ids[at])) return 'zstd';
  const isKnown = values.length >= MIN_VALUES;
  const distinct = new Set(values).size / values.length;
  if (isText) return isKnown && distinct < FEW ? undefined : 'zstd';
  if (!isKnown || distinct < MOST) return undefined;
  const bytes = Buffer.from(values.join('\n'));
  if (bytes.length < values.length * MIN_LENGTH) return undefined;
  return zstdCompressSync(bytes).length > bytes.length * MAX_RATIO ? 'uncompressed' : 'zstd';
}
