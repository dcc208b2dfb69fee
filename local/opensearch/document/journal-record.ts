// local/opensearch/document: a record of the journal: the writes of a group, which are known by it until they are in their tables.
import { zstdDecompressSync } from 'node:zlib';
import { compressBlock } from './block-compressor.ts';

/** Writes to one table, in the order of their sequence numbers, without gaps. */
export interface JournalEntry {
  readonly table: number;
  readonly first: number;
  readonly ids: readonly string[];
  readonly versions: readonly bigint[];
  /** Which of them are deletions: numbers in `ids`. */
  readonly deletions: readonly number[];
  /** Sequence numbers that they take the place of: of rows of the table, or of writes before that never came to it. */
  readonly replaced: readonly number[];
}

export interface JournalRecord {
  readonly number: number;
  readonly entries: readonly JournalEntry[];
}

interface StoredEntry extends Omit<JournalEntry, 'versions'> {
  readonly versions: readonly string[];
}

export function encodeRecord(entries: readonly JournalEntry[]): Promise<Uint8Array> {
  const stored = entries.map((entry) => ({ ...entry, versions: entry.versions.map(String) }));
  return compressBlock(Buffer.from(JSON.stringify(stored)));
}

export function decodeRecord(bytes: Uint8Array): readonly JournalEntry[] {
  // written by encodeRecord, into a file of ours
  const stored = JSON.parse(zstdDecompressSync(bytes).toString('utf8')) as readonly StoredEntry[];
  return stored.map((entry) => ({ ...entry, versions: entry.versions.map(BigInt) }));
}
