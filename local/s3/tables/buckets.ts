// s3 tables, buckets: which buckets there are.
import type { DatabaseSync } from 'node:sqlite';

export interface Bucket {
  readonly name: string;
  readonly createdMs: number;
}

export interface BucketTable {
  list(): readonly Bucket[];
  has(name: string): boolean;
  add(bucket: Bucket): void;
  /** Remove a bucket that holds neither objects nor uploads; false if it holds some. */
  removeEmpty(name: string): boolean;
}

export function createBucketTable(database: DatabaseSync): BucketTable {
  const list = database.prepare('SELECT name, created_ms FROM buckets ORDER BY name');
  const find = database.prepare('SELECT 1 FROM buckets WHERE name = ?');
  const add = database.prepare('INSERT INTO buckets (name, created_ms) VALUES (?, ?)');
  const remove = database.prepare(
    `DELETE FROM buckets WHERE name = :name AND NOT EXISTS (SELECT 1 FROM objects WHERE bucket = :name)
       AND NOT EXISTS (SELECT 1 FROM uploads WHERE bucket = :name)`,
  );
  return {
    list: () => list.all().map((row) => ({ name: String(row['name']), createdMs: Number(row['created_ms']) })),
    has: (name) => find.get(name) !== undefined,
    add(bucket) {
      add.run(bucket.name, bucket.createdMs);
    },
    removeEmpty: (name) => remove.run({ name }).changes === 1,
  };
}
