// s3 tables, uploads: multipart uploads that are under way, and the parts they have so far.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../checksum.ts';
import { keyText, type ScanStart } from './objects.ts';

export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The sum that the parts carry and the object will have. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | undefined;
}

export interface Part {
  readonly number: number;
  readonly blob: string;
  readonly size: number;
  readonly etag: string;
  readonly modifiedMs: number;
  readonly checksum: Checksum | undefined;
}

export interface UploadTable {
  find(id: string): Upload | undefined;
  add(upload: Upload): void;
  /** Remove an upload and its parts' rows; returns the blobs of the parts. */
  remove(id: string): readonly string[];
  /** Store a part in the place of the one with its number; returns the blob that it replaced. */
  putPart(uploadId: string, part: Part): readonly string[];
  parts(uploadId: string): readonly Part[];
  /** Uploads in the order of their keys' bytes, then of their ids; `afterId` goes on within the start's key. */
  scan(bucket: string, start: ScanStart, afterId: string | undefined): Iterable<Upload>;
}

type Row = Record<string, SQLOutputValue>;

export function createUploadTable(database: DatabaseSync): UploadTable {
  const find = database.prepare('SELECT * FROM uploads WHERE id = ?');
  const insert = database.prepare(
    'INSERT INTO uploads (id, bucket, key, initiated_ms, headers, checksum) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM uploads WHERE id = ?');
  const removeParts = database.prepare('DELETE FROM parts WHERE upload = ? RETURNING blob');
  const removePart = database.prepare('DELETE FROM parts WHERE upload = ? AND number = ? RETURNING blob');
  const insertPart = database.prepare(
    'INSERT INTO parts (upload, number, blob, size, etag, modified_ms, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const parts = database.prepare('SELECT * FROM parts WHERE upload = ? ORDER BY number');
  const scan = database.prepare(
    `SELECT * FROM uploads WHERE bucket = :bucket AND key >= :key AND (key > :key OR id > :id) ORDER BY key, id`,
  );
  return {
    find(id) {
      const row = find.get(id);
      return row && toUpload(row);
    },
    add(upload) {
      const checksum = upload.checksum ? JSON.stringify(upload.checksum) : null;
      const key = Buffer.from(upload.key, 'utf8');
      insert.run(upload.id, upload.bucket, key, upload.initiatedMs, JSON.stringify(upload.headers), checksum);
    },
    remove(id) {
      remove.run(id);
      return removeParts.all(id).map((row) => String(row['blob']));
    },
    putPart(uploadId, part) {
      const replaced = removePart.all(uploadId, part.number).map((row) => String(row['blob']));
      const checksum = part.checksum ? JSON.stringify(part.checksum) : null;
      insertPart.run(uploadId, part.number, part.blob, part.size, part.etag, part.modifiedMs, checksum);
      return replaced;
    },
    parts: (uploadId) => parts.all(uploadId).map(toPart),
    *scan(bucket, start, afterId) {
      // every id is greater than '' and less than '~'
      const id = afterId ?? (start.inclusive ? '' : '~');
      for (const row of scan.iterate({ bucket, key: start.key, id })) yield toUpload(row);
    },
  };
}

function toUpload(row: Row): Upload {
  return {
    id: String(row['id']),
    bucket: String(row['bucket']),
    key: keyText(row['key']),
    initiatedMs: Number(row['initiated_ms']),
    headers: JSON.parse(String(row['headers'])),
    checksum: typeof row['checksum'] === 'string' ? JSON.parse(row['checksum']) : undefined,
  };
}

function toPart(row: Row): Part {
  return {
    number: Number(row['number']),
    blob: String(row['blob']),
    size: Number(row['size']),
    etag: String(row['etag']),
    modifiedMs: Number(row['modified_ms']),
    checksum: typeof row['checksum'] === 'string' ? JSON.parse(row['checksum']) : undefined,
  };
}
