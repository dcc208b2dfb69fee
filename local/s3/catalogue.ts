// s3 catalogue: what is in the buckets, as rows of one SQLite file; a row appears together with the events it causes, or not at all.
// Keys are stored as bytes: SQLite then orders them as S3 lists them, and any byte may stand in one.
import { DatabaseSync } from 'node:sqlite';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { type BucketTable, createBucketTable } from './tables/buckets.ts';
import { createObjectTable, type ObjectTable } from './tables/objects.ts';
import { createOutboxTable, type OutboxTable } from './tables/outbox.ts';
import { createUploadTable, type UploadTable } from './tables/uploads.ts';

export interface Catalogue {
  readonly buckets: BucketTable;
  readonly objects: ObjectTable;
  readonly uploads: UploadTable;
  readonly outbox: OutboxTable;
  /** Run `work` in one transaction: all of its rows become durable, or none. */
  transaction<T>(work: () => T): T;
  /** True if an object or a part is made of this blob. */
  namesBlob(id: string): boolean;
  close(): void;
}

const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE buckets (name TEXT PRIMARY KEY, created_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE objects (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified_ms INTEGER NOT NULL, headers TEXT NOT NULL, checksum TEXT, upload TEXT
  ) STRICT;
  CREATE UNIQUE INDEX objects_by_key ON objects (bucket, key);
  CREATE TABLE segments (
    object INTEGER NOT NULL, ordinal INTEGER NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (object, ordinal)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX segments_by_blob ON segments (blob);
  CREATE TABLE uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL, initiated_ms INTEGER NOT NULL, headers TEXT NOT NULL, checksum TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX uploads_by_key ON uploads (bucket, key, id);
  CREATE TABLE parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified_ms INTEGER NOT NULL, checksum TEXT, PRIMARY KEY (upload, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX parts_by_blob ON parts (blob);
  CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX outbox_by_target ON outbox (target, id);
  PRAGMA user_version = ${SCHEMA_VERSION};
`;
const SQLITE_BUSY = 5;

/**
 * Open the catalogue and keep it to this process: a second server on the same folder would sweep the first one's blobs.
 * A temporary one waits for no disk: its folder goes with its process.
 */
export function openCatalogue(file: string, isTemporary = false): Catalogue {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL');
    database.exec(`PRAGMA synchronous = ${isTemporary ? 'OFF' : 'FULL'}`);
    database.exec('BEGIN IMMEDIATE; COMMIT');
    const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (version === 0) database.exec(`BEGIN; ${SCHEMA} COMMIT`);
    else if (version !== SCHEMA_VERSION) throw wrongVersion(file, version);
  } catch (error) {
    database.close();
    const busy = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
    if (busy) throw alreadyOpen(file, error);
    throw error;
  }
  const namesBlob = database.prepare(
    'SELECT EXISTS (SELECT 1 FROM segments WHERE blob = :blob) OR EXISTS (SELECT 1 FROM parts WHERE blob = :blob) AS named',
  );
  const isNamed = (blob: string) => namesBlob.get({ blob })?.['named'] === 1;
  return {
    buckets: createBucketTable(database),
    objects: createObjectTable(database),
    uploads: createUploadTable(database),
    outbox: createOutboxTable(database),
    namesBlob: isNamed,
    transaction(work) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => database.close(),
  };
}

function wrongVersion(file: string, version: unknown): PipelineError {
  return new PipelineError(
    'invalid-configuration',
    `${file} has catalogue version ${version}; this program reads version ${SCHEMA_VERSION}.`,
    { permanent: true },
  );
}

function alreadyOpen(file: string, cause: unknown): PipelineError {
  return new PipelineError('conflict', `${file} is in use: another process already serves this folder.`, {
    permanent: true,
    cause,
  });
}
