// local/opensearch/document: what is known of documents before a write: of those that wait for their table, and of those in it.
import { type DuckDBConnection, LIST, listValue, UBIGINT } from '@duckdb/node-api';
import { type Index, numberOf } from '../catalog/index-catalog.ts';
import { rowsOf } from '../database/database.ts';
import { type DocumentState, newState } from './document-state.ts';
import type { DocumentStore } from './document-store.ts';
import { IdFilter } from './id-filter.ts';
import { hashOf } from './id-hash.ts';
import type { PendingWrites } from './pending-writes.ts';
import type { WriteOperation } from './write-operation.ts';

const TOMBSTONE_MS = 60_000;
/** A filter is made by reading all rows' hashes, which so many lookups do anyway. */
const MIN_FOR_FILTER = 256;

export class DocumentStates {
  private readonly connection: DuckDBConnection;
  private readonly pending: PendingWrites;
  private readonly store: DocumentStore;

  /** `connection` is used for this alone. */
  constructor(connection: DuckDBConnection, pending: PendingWrites, store: DocumentStore) {
    this.connection = connection;
    this.pending = pending;
    this.store = store;
  }

  /** States of documents that are there, or were lately; with their texts where an update asks for them. */
  async read(
    index: Index,
    wanted: readonly { readonly id: string; readonly operation: WriteOperation }[],
  ): Promise<Map<string, DocumentState>> {
    const states = new Map<string, DocumentState>();
    const absent = new Set<string>();
    for (const { id } of wanted) {
      const pending = this.pending.find(index, id);
      if (pending === undefined) absent.add(id);
      else states.set(id, { ...newState(id), ...pending });
    }
    await this.readStored(index, absent, states);
    const updated = wanted.filter(
      ({ id, operation }) => operation.kind === 'update' && states.get(id)?.exists === true,
    );
    if (updated.length > 0) await this.readSources(index, new Set(updated.map(({ id }) => id)), states);
    return states;
  }

  private async readStored(
    index: Index,
    wanted: ReadonlySet<string>,
    states: Map<string, DocumentState>,
  ): Promise<void> {
    if (wanted.size === 0) return;
    for (const id of wanted) {
      const tombstone = index.tombstones.get(id);
      if (tombstone !== undefined && Date.now() - tombstone.atMs < TOMBSTONE_MS)
        states.set(id, { ...newState(id), version: tombstone.version });
    }
    const filter = await this.filterOf(index, wanted.size);
    const hashes = [...wanted].map(hashOf).filter((hash) => filter?.mayHave(hash) ?? true);
    if (hashes.length === 0) return;
    const rows = await rowsOf(this.connection, {
      sql: `SELECT _id, _seq, _version FROM ${index.table} WHERE _h IN (SELECT unnest($1))`,
      values: [listValue(hashes)],
      types: [LIST(UBIGINT)],
    });
    for (const [id, seqNo, version] of rows) {
      if (typeof id !== 'string' || !wanted.has(id) || typeof seqNo !== 'bigint' || typeof version !== 'bigint')
        continue;
      states.set(id, { ...newState(id), exists: true, version, seqNo: Number(seqNo) });
    }
  }

  /** Within a turn, so that no write is added while the filter is made. */
  private async filterOf(index: Index, count: number): Promise<IdFilter | undefined> {
    if (index.ids !== undefined || count < MIN_FOR_FILTER) return index.ids;
    const filter = new IdFilter();
    // those that wait first: what goes into the table meanwhile is read there
    for (const id of this.pending.waiting(index)) filter.add(hashOf(id));
    const result = await this.connection.stream(`SELECT _h FROM ${index.table}`);
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      for (const hash of chunk.getColumnValues(0)) if (typeof hash === 'bigint') filter.add(hash);
    }
    index.ids = filter;
    return filter;
  }

  private async readSources(index: Index, ids: ReadonlySet<string>, states: Map<string, DocumentState>): Promise<void> {
    await this.pending.journaled();
    const known = [...ids].map((id) => states.get(id)).filter((state) => state !== undefined);
    const texts = this.store.read(
      numberOf(index.table),
      known.map((state) => state.seqNo),
    );
    for (const state of known) state.source = Buffer.from(texts.get(state.seqNo) ?? '{}');
  }
}
