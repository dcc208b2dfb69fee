// hunt: where a pattern stands in the captured bytes of records that lie one behind the other.

import type { CarveDirection } from '../carve/choose-rows.ts';
import type { RecordPiece } from '../carve/record-piece.ts';
import { MAX_MATCHES_A_RECORD } from './limits.ts';
import { type Expression, type Finder, foldBytes, type Literal } from './pattern.ts';

/** In the chunk's columns; `start` from the record's first captured byte. */
export type OnMatch = (row: number, start: number, length: number) => void;

/** A view of a piece's bytes, and where the records' captured bytes lie in it. */
interface Places {
  readonly bytes: Buffer;
  readonly begin: (row: number) => number;
  readonly end: (row: number) => number;
}

/** A match lies whole in one record's captured bytes. */
export function scanPiece(piece: RecordPiece, finder: Finder, onMatch: OnMatch): void {
  const { columns } = piece.selection.records;
  const { bytes, offset } = piece;
  const begin = (row: number) => (columns.offset[row] ?? 0) - offset + (columns.dataOffset[row] ?? 0);
  const places: Places = {
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    begin,
    end: (row) => Math.min(bytes.length, begin(row) + (columns.capturedLength[row] ?? 0)),
  };
  const rows = piece.selection.rows.subarray(piece.first, piece.end);
  if (finder.kind === 'literal') scanLiteral(places, rows, finder, onMatch);
  else scanExpression(places, rows, finder, onMatch);
}

/** Through all bytes at once: most hold nothing, and of those that do it is then told whose they are. */
function scanLiteral({ bytes, begin, end }: Places, rows: Uint32Array, finder: Literal, onMatch: OnMatch): void {
  const searched = finder.isFolded ? foldBytes(bytes) : bytes;
  const { length } = finder.bytes;
  let at = searched.indexOf(finder.bytes);
  let matches = 0;
  for (let i = 0; at >= 0 && i < rows.length; ) {
    const row = rows[i] ?? 0;
    const stop = end(row);
    if (at + length > stop) {
      // Not whole in this one; it may be in the next.
      i += 1;
      matches = 0;
      continue;
    }
    const start = begin(row);
    if (at < start) {
      at = searched.indexOf(finder.bytes, start);
      continue;
    }
    onMatch(row, at - start, length);
    matches += 1;
    at = searched.indexOf(finder.bytes, matches < MAX_MATCHES_A_RECORD ? at + length : stop);
  }
}

function scanExpression({ bytes, begin, end }: Places, rows: Uint32Array, finder: Expression, onMatch: OnMatch): void {
  for (const row of rows) {
    const start = begin(row);
    const characters = bytes.toString('latin1', start, end(row));
    if (!finder.test(characters)) continue;
    for (const [from, to] of finder.places(characters, MAX_MATCHES_A_RECORD)) onMatch(row, from, to - from);
  }
}

/** Rows of packets that may be meant. */
export function huntedRows(
  { count, columns }: RecordPiece['selection']['records'],
  direction: CarveDirection,
  onlyFlows: boolean,
): Uint32Array {
  const code = direction === 'both' ? -1 : direction === 'source' ? 0 : 1;
  const rows = new Uint32Array(count);
  let found = 0;
  for (let row = 0; row < count; row += 1) {
    if (code >= 0 && columns.direction[row] !== code) continue;
    if (onlyFlows && (columns.flow[row] ?? -1) < 0) continue;
    rows[found] = row;
    found += 1;
  }
  return rows.subarray(0, found);
}
