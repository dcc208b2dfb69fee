// local/opensearch/segment: the SQLite file of segments: sorted pages, written once, under a number each; beside it what they tell of.
// Nothing here is the only place where something is known: what a crash takes with it is told by the rows themselves.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { atOnce, readAtOnce } from '../database/sqlite-transaction.ts';

/** Pages of some 2 to 4 KB lie within SQLite's: of 4 KiB each took one of its own beside the tree's, words 139 MB instead of 81. */
const PAGE_BYTES = 16_384;
const CACHE_KIB = 4_096;
/** A write here waits while the merging thread writes a slice; beyond, something else has the file. */
const BUSY_MS = 10_000;

export const SEGMENT_KINDS = { words: 1, values: 2 } as const;
export type SegmentKind = keyof typeof SEGMENT_KINDS;

/** What it is of: one index's words, or values. */
export interface SegmentOwner {
  readonly kind: SegmentKind;
  readonly table: number;
}

export interface Segment {
  /** Its pages' number; none is used twice. */
  readonly id: number;
  /** Sequence numbers of the rows that it tells of: from here to `last`. */
  readonly first: number;
  readonly last: number;
  /** What its rows are counted from. */
  readonly base: number;
  /** What its kind must know beside its pages. */
  readonly detail: Uint8Array;
}

export interface SegmentPage {
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

export class SegmentFile {
  private readonly database: DatabaseSync;
  private readonly insertSegment: StatementSync;
  private readonly deleteSegment: StatementSync;
  private readonly insertPage: StatementSync;
  private readonly selectPage: StatementSync;
  private readonly selectPageAt: StatementSync;
  private readonly selectBetween: StatementSync;
  private readonly selectFrom: StatementSync;
  private nextId: number;

  /** `file` may be `:memory:`. Whoever is not to wait for the disk leaves checkpoints to another. */
  constructor(file: string, checkpoints: 'own' | 'left') {
    this.database = new DatabaseSync(file, { timeout: BUSY_MS });
    this.database.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB};
       PRAGMA trusted_schema = OFF;
       CREATE TABLE IF NOT EXISTS segments (id INTEGER PRIMARY KEY, kind INTEGER, tbl INTEGER, first INTEGER, last INTEGER, base INTEGER, detail BLOB);
       CREATE TABLE IF NOT EXISTS pages (segment INTEGER, key BLOB, data BLOB, PRIMARY KEY (segment, key)) WITHOUT ROWID;`,
    );
    if (checkpoints === 'left') this.database.exec('PRAGMA wal_autocheckpoint = 0');
    const prepare = (sql: string): StatementSync => this.database.prepare(sql);
    this.insertSegment = prepare('INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.deleteSegment = prepare('DELETE FROM segments WHERE id = ?');
    this.insertPage = prepare('INSERT OR REPLACE INTO pages VALUES (?, ?, ?)');
    this.selectPage = prepare('SELECT data FROM pages WHERE segment = ? AND key = ?');
    this.selectPageAt = prepare(
      'SELECT data FROM pages WHERE segment = ? AND key <= ? AND key >= ? ORDER BY key DESC LIMIT 1',
    );
    this.selectBetween = prepare('SELECT data FROM pages WHERE segment = ? AND key > ? AND key < ? ORDER BY key');
    this.selectFrom = prepare('SELECT key, data FROM pages WHERE segment = ? AND key > ? ORDER BY key LIMIT ?');
    const lastOf = (sql: string): number => Number(prepare(sql).get()?.['id'] ?? 0);
    this.nextId =
      Math.max(lastOf('SELECT max(id) AS id FROM segments'), lastOf('SELECT max(segment) AS id FROM pages')) + 1;
  }

  /** For a segment to be. */
  newId(): number {
    const id = this.nextId;
    this.nextId += 1;
    return id;
  }

  /** In the order of their rows. */
  segments({ kind, table }: SegmentOwner): Segment[] {
    return this.database
      .prepare('SELECT id, first, last, base, detail FROM segments WHERE kind = ? AND tbl = ? ORDER BY first')
      .all(SEGMENT_KINDS[kind], table)
      .map(({ id, first, last, base, detail }) => ({
        id: Number(id),
        first: Number(first),
        last: Number(last),
        base: Number(base),
        detail: bytesOf(detail) ?? new Uint8Array(0),
      }));
  }

  /** Forgets those of other tables: of an index that was deleted just before a crash, or of another index's file. Their pages' numbers. */
  keepTables(tables: ReadonlySet<number>): number[] {
    const gone = this.database
      .prepare('SELECT id, tbl FROM segments')
      .all()
      .filter(({ tbl }) => !tables.has(Number(tbl)))
      .map(({ id }) => Number(id));
    atOnce(this.database, () => {
      for (const id of gone) this.deleteSegment.run(id);
    });
    return gone;
  }

  /** Adds a segment with its pages. */
  add(owner: SegmentOwner, segment: Segment, pages: Iterable<SegmentPage>): void {
    atOnce(this.database, () => {
      this.insertPages(segment.id, pages);
      this.insert(owner, segment);
    });
  }

  /** One whose pages are written takes the place of others, whose pages stay until they are swept. */
  replace(owner: SegmentOwner, gone: readonly Segment[], segment?: Segment): void {
    atOnce(this.database, () => {
      for (const { id } of gone) this.deleteSegment.run(id);
      if (segment !== undefined) this.insert(owner, segment);
    });
  }

  private insert({ kind, table }: SegmentOwner, { id, first, last, base, detail }: Segment): void {
    this.insertSegment.run(id, SEGMENT_KINDS[kind], table, first, last, base, detail);
  }

  /** Pages of a segment that nobody knows yet. */
  addPages(id: number, pages: Iterable<SegmentPage>): void {
    atOnce(this.database, () => this.insertPages(id, pages));
  }

  private insertPages(id: number, pages: Iterable<SegmentPage>): void {
    for (const { key, data } of pages) this.insertPage.run(id, key, data);
  }

  /** Takes up to `count` pages of a segment away that nobody knows any more; false: there are no others. */
  sweep(id: number, count: number): boolean {
    const end = this.database
      .prepare('SELECT key FROM pages WHERE segment = ? ORDER BY key LIMIT 1 OFFSET ?')
      .get(id, count)?.['key'];
    const key = bytesOf(end);
    if (key === undefined) this.database.prepare('DELETE FROM pages WHERE segment = ?').run(id);
    else this.database.prepare('DELETE FROM pages WHERE segment = ? AND key < ?').run(id, key);
    return key !== undefined;
  }

  /** Numbers of pages that no segment has: of before a crash, or of segments that are gone. */
  unknownPages(): number[] {
    const found: number[] = [];
    const next = this.database.prepare('SELECT min(segment) AS id FROM pages WHERE segment > ?');
    const known = this.database.prepare('SELECT 1 FROM segments WHERE id = ?');
    for (let last = -1; ; ) {
      const id = next.get(last)?.['id'];
      if (typeof id !== 'number') return found;
      if (known.get(id) === undefined) found.push(id);
      last = id;
    }
  }

  /** Runs `work`, which reads pages. */
  reading<T>(work: () => T): T {
    return readAtOnce(this.database, work);
  }

  page({ id }: Segment, key: Uint8Array): Uint8Array | undefined {
    return bytesOf(this.selectPage.get(id, key)?.['data']);
  }

  /** The last page whose key is between, both included. */
  pageAt({ id }: Segment, key: Uint8Array, from: Uint8Array): Uint8Array | undefined {
    return bytesOf(this.selectPageAt.get(id, key, from)?.['data']);
  }

  /** Pages whose keys are between, neither included, in order. */
  *pagesBetween({ id }: Segment, from: Uint8Array, to: Uint8Array): Generator<Uint8Array> {
    for (const row of this.selectBetween.iterate(id, from, to)) {
      const data = bytesOf(row['data']);
      if (data !== undefined) yield data;
    }
  }

  /** All pages in order, a few at a time: no read of the file lasts longer, so its log can be written into it meanwhile. */
  *pagesOf({ id }: Segment, count: number): Generator<SegmentPage> {
    for (let last: Uint8Array = new Uint8Array(0); ; ) {
      const rows = this.selectFrom.all(id, last, count);
      for (const row of rows) {
        const key = bytesOf(row['key']);
        const data = bytesOf(row['data']);
        if (key === undefined || data === undefined) continue;
        yield { key, data };
        last = key;
      }
      if (rows.length < count) return;
    }
  }

  close(): void {
    this.database.close();
  }
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined;
}
