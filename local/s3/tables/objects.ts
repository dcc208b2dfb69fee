// s3 tables, objects: each key's current object and the blobs it is made of, in order.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Checksum } from '../checksum.ts';

/** A piece of an object: one blob from its start to its end. */
export interface Segment {
  readonly blob: string;
  readonly size: number;
}

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  /** Without quotes: the MD5 in hex, with `-<parts>` if it came in parts. */
  readonly etag: string;
  readonly modifiedMs: number;
  /** What a GET gives back as it was sent: content-type and its like, and x-amz-meta-*. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
  /** Set if it came in parts: its segments are then the parts. */
  readonly uploadId: string | undefined;
}

export interface StoredObject extends NewObject {
  /** Grows with every object stored: later ones have greater numbers, also across restarts. */
  readonly id: number;
}

/** Where a scan over keys begins. */
export interface ScanStart {
  readonly key: Buffer;
  readonly inclusive: boolean;
}

export interface ObjectTable {
  find(bucket: string, key: string): StoredObject | undefined;
  segments(id: number): readonly Segment[];
  /** The number that the next object will get. */
  nextId(): number;
  /** Store an object in the place of the one under its key; returns the blobs of the one it replaced. */
  put(object: NewObject, segments: readonly Segment[]): readonly string[];
  /** Returns the blobs of the object. */
  remove(bucket: string, key: string): readonly string[];
  /** Objects in the order of their keys' bytes. */
  scan(bucket: string, start: ScanStart): Iterable<StoredObject>;
}

type Row = Record<string, SQLOutputValue>;

export function createObjectTable(database: DatabaseSync): ObjectTable {
  const find = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?');
  const segmentsOf = database.prepare('SELECT blob, size FROM segments WHERE object = ? ORDER BY ordinal');
  const insert = database.prepare(
    'INSERT INTO objects (bucket, key, size, etag, modified_ms, headers, checksum, upload) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertSegment = database.prepare('INSERT INTO segments (object, ordinal, blob, size) VALUES (?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM objects WHERE id = ?');
  const removeSegments = database.prepare('DELETE FROM segments WHERE object = ?');
  const lastId = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'objects'");
  const from = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key >= ? ORDER BY key');
  const after = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key > ? ORDER BY key');

  const findObject = (bucket: string, key: string) => {
    const row = find.get(bucket, Buffer.from(key, 'utf8'));
    return row && toObject(row);
  };
  const segments = (id: number) =>
    segmentsOf.all(id).map((row) => ({ blob: String(row['blob']), size: Number(row['size']) }));
  const removeObject = (bucket: string, key: string) => {
    const object = findObject(bucket, key);
    if (!object) return [];
    const blobs = segments(object.id).map((segment) => segment.blob);
    removeSegments.run(object.id);
    remove.run(object.id);
    return blobs;
  };

  return {
    find: findObject,
    segments,
    nextId: () => Number(lastId.get()?.['seq'] ?? 0) + 1,
    put(object, pieces) {
      const replaced = removeObject(object.bucket, object.key);
      const { lastInsertRowid } = insert.run(
        object.bucket,
        Buffer.from(object.key, 'utf8'),
        object.size,
        object.etag,
        object.modifiedMs,
        JSON.stringify(object.headers),
        object.checksum ? JSON.stringify(object.checksum) : null,
        object.uploadId ?? null,
      );
      const id = Number(lastInsertRowid);
      for (const [ordinal, piece] of pieces.entries()) insertSegment.run(id, ordinal, piece.blob, piece.size);
      return replaced;
    },
    remove: removeObject,
    *scan(bucket, start) {
      for (const row of (start.inclusive ? from : after).iterate(bucket, start.key)) yield toObject(row);
    },
  };
}

function toObject(row: Row): StoredObject {
  return {
    id: Number(row['id']),
    bucket: String(row['bucket']),
    key: keyText(row['key']),
    size: Number(row['size']),
    etag: String(row['etag']),
    modifiedMs: Number(row['modified_ms']),
    headers: JSON.parse(String(row['headers'])),
    checksum: typeof row['checksum'] === 'string' ? JSON.parse(row['checksum']) : undefined,
    uploadId: typeof row['upload'] === 'string' ? row['upload'] : undefined,
  };
}

/** A key column as text; it was valid UTF-8 when it was stored. */
export function keyText(value: SQLOutputValue | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('utf8') : '';
}
