// local/opensearch/document: what is known of documents before a write: of those that wait for their table, and of those in it.
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Index, numberOf } from '../catalog/index-catalog.ts';
import { type DocumentState, newState } from './document-state.ts';
import type { DocumentStore } from './document-store.ts';
import { IdFilter } from './id-filter.ts';
import { hashOf } from './id-hash.ts';
import type { PendingWrites } from './pending-writes.ts';
import { storedRows } from './stored-rows.ts';
import type { WriteOperation } from './write-operation.ts';

const TOMBSTONE_MS = 60_000;
/** A filter is made by reading all rows' hashes, which so many lookups do anyway. */
const MIN_FOR_FILTER = 256;

export interface WantedDocument {
  readonly id: string;
  /** Of the id. */
  readonly hash: bigint;
  readonly operation: WriteOperation;
}

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
  async read(index: Index, wanted: readonly WantedDocument[]): Promise<Map<string, DocumentState>> {
    const states = new Map<string, DocumentState>();
    const filter = await this.filterOf(index, wanted.length);
    const absent = new Map<string, bigint>();
    for (const { id, hash } of wanted) {
      if (filter !== undefined && !filter.mayHave(hash)) continue;
      const pending = this.pending.find(index, id);
      if (pending === undefined) absent.set(id, hash);
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
    wanted: ReadonlyMap<string, bigint>,
    states: Map<string, DocumentState>,
  ): Promise<void> {
    if (wanted.size === 0) return;
    for (const id of wanted.keys()) {
      const tombstone = index.tombstones.get(id);
      if (tombstone !== undefined && Date.now() - tombstone.atMs < TOMBSTONE_MS)
        states.set(id, { ...newState(id), version: tombstone.version });
    }
    for (const { id, seqNo, version } of await storedRows(this.connection, index, wanted))
      states.set(id, { ...newState(id), exists: true, version, seqNo });
  }

  /** What it lacks nobody knows anything of. Within a turn, so that no write is added while it is made. */
  private async filterOf(index: Index, count: number): Promise<IdFilter | undefined> {
    if (index.ids !== undefined || count < MIN_FOR_FILTER) return index.ids;
    const filter = new IdFilter();
    // those that wait first: what goes into the table meanwhile is read there
    for (const id of this.pending.waiting(index)) filter.add(hashOf(id));
    for (const id of index.tombstones.keys()) filter.add(hashOf(id));
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
