// local/opensearch: applies writes to documents: one transaction for all that wait, deletes and inserts instead of updates.
import { hash, randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BIGINT, type DuckDBConnection, LIST, listValue, UBIGINT } from '@duckdb/node-api';
import { type Database, inTransaction, rowsOf } from './database.ts';
import { type DocumentFields, documentFields } from './document-fields.ts';
import { appendRows, ensureColumns, type PendingRow } from './document-rows.ts';
import { type DocumentState, planWrite } from './document-state.ts';
import { parseDocument } from './field-value.ts';
import type { Index, IndexCatalog } from './index-catalog.ts';
import type { JsonObject } from './json-text.ts';
import { errorCause, indexNotFound, ResponseError, responseErrorOf } from './response-error.ts';
import type { WriteOperation, WriteResult } from './write-operation.ts';

/**
 * Writes in one transaction at most: two row groups. A bulk request is no transaction in OpenSearch either; cut into pieces,
 * it lets a single document through in between.
 */
const MAX_GROUP = 4_096;
/** Requests of up to this many writes go before larger ones. */
const SMALL_REQUEST = 16;
/** Work done between two turns of the event loop. */
const SLICE_MS = 15;
const MAX_ID_BYTES = 512;
const TOMBSTONE_MS = 60_000;
const MAX_TOMBSTONES = 10_000;

interface Request {
  readonly operations: readonly WriteOperation[];
  readonly results: WriteResult[];
  readonly resolve: (results: readonly WriteResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A request's next writes, as they go into one transaction with others'. */
interface Piece {
  readonly request: Request;
  readonly operations: readonly WriteOperation[];
}

interface Planned {
  readonly operation: WriteOperation;
  readonly index: Index;
  readonly id: string;
  readonly slot: number;
}

export class DocumentWriter {
  private readonly database: Database;
  private readonly catalog: IndexCatalog;
  private readonly small: Request[] = [];
  private readonly large: Request[] = [];
  private running = false;

  constructor(database: Database, catalog: IndexCatalog) {
    this.database = database;
    this.catalog = catalog;
  }

  /** Results in the order of the operations; resolves once they are in the file. */
  submit(operations: readonly WriteOperation[]): Promise<readonly WriteResult[]> {
    return new Promise((resolve, reject) => {
      const request: Request = { operations, results: [], resolve, reject };
      (operations.length <= SMALL_REQUEST ? this.small : this.large).push(request);
      if (!this.running) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running = true;
    for (let pieces = this.nextPieces(); pieces.length > 0; pieces = this.nextPieces()) await this.applyPieces(pieces);
    this.running = false;
  }

  /** All small requests that fit, else the next piece of the oldest large one. */
  private nextPieces(): readonly Piece[] {
    const pieces: Piece[] = this.small
      .splice(0, MAX_GROUP / SMALL_REQUEST)
      .map((request) => ({ request, operations: request.operations }));
    const [request] = this.large;
    if (pieces.length > 0 || request === undefined) return pieces;
    return [
      { request, operations: request.operations.slice(request.results.length, request.results.length + MAX_GROUP) },
    ];
  }

  private async applyPieces(pieces: readonly Piece[]): Promise<void> {
    try {
      const results = await this.database.write((connection) =>
        this.apply(
          connection,
          pieces.flatMap((piece) => piece.operations),
        ),
      );
      let from = 0;
      for (const { request, operations } of pieces) {
        for (const result of results.slice(from, from + operations.length)) request.results.push(result);
        from += operations.length;
        if (request.results.length === request.operations.length) this.finish(request);
      }
    } catch (error) {
      for (const { request } of pieces) {
        this.leave(request);
        request.reject(error);
      }
    }
  }

  private finish(request: Request): void {
    this.leave(request);
    request.resolve(request.results);
  }

  private leave(request: Request): void {
    const at = this.large.indexOf(request);
    if (at >= 0) this.large.splice(at, 1);
  }

  private async apply(connection: DuckDBConnection, operations: readonly WriteOperation[]): Promise<WriteResult[]> {
    const results: WriteResult[] = [];
    const byIndex = new Map<Index, Planned[]>();
    for (const [slot, operation] of operations.entries()) {
      try {
        const index = await this.targetOf(connection, operation);
        const planned = { operation, index, id: idOf(operation), slot };
        const list = byIndex.get(index);
        if (list === undefined) byIndex.set(index, [planned]);
        else list.push(planned);
      } catch (error) {
        results[slot] = failure(operation.index, operation.id ?? null, responseErrorOf(error));
      }
    }
    try {
      await inTransaction(connection, async () => {
        for (const [index, planned] of byIndex) await this.applyToIndex(connection, index, planned, results);
      });
      for (const index of byIndex.keys()) {
        if (index.visibleColumns.size !== index.columns.size) index.visibleColumns = new Set(index.columns.keys());
      }
    } catch (error) {
      await this.catalog.load(connection);
      throw error;
    }
    return results;
  }

  /** The index a write goes to; a missing one is created, as OpenSearch does by default. */
  private async targetOf(connection: DuckDBConnection, operation: WriteOperation): Promise<Index> {
    const found = this.catalog.writeTarget(operation.index);
    if (operation.requireAlias && (found === undefined || found.name === operation.index)) {
      throw new ResponseError(
        404,
        'index_not_found_exception',
        `no such index [${operation.index}] and [require_alias] request flag is [true] and [${operation.index}] is not an alias`,
        { index: operation.index },
      );
    }
    if (found !== undefined) return found;
    if (operation.kind === 'delete' && operation.conditions.versionType === 'internal')
      throw indexNotFound(operation.index);
    return this.catalog.createIndex(connection, operation.index, {});
  }

  private async applyToIndex(
    connection: DuckDBConnection,
    index: Index,
    planned: readonly Planned[],
    results: WriteResult[],
  ): Promise<void> {
    await this.catalog.reserveSeqNos(connection, index, planned.length);
    const states = await readStates(connection, index, planned);
    let sliceEnd = performance.now() + SLICE_MS;
    for (const { operation, id, slot } of planned) {
      if (performance.now() > sliceEnd) {
        await nextTurn();
        sliceEnd = performance.now() + SLICE_MS;
      }
      const state = states.get(id) ?? emptyState(id);
      states.set(id, state);
      try {
        results[slot] = await this.applyOne(connection, index, operation, state);
      } catch (error) {
        results[slot] = failure(index.name, id, responseErrorOf(error));
      }
    }
    await this.writeStates(connection, index, states);
  }

  private async applyOne(
    connection: DuckDBConnection,
    index: Index,
    operation: WriteOperation,
    state: DocumentState,
  ): Promise<WriteResult> {
    const plan = planWrite(operation, state);
    let fields: DocumentFields | undefined;
    if (plan.source !== undefined && plan.result !== 'noop') {
      const document = plan.document ?? parseDocument(plan.source);
      fields = await this.fieldsOf(connection, index, document, state.id);
    }
    if (plan.result !== 'noop') {
      state.seqNo = index.nextSeqNo;
      index.nextSeqNo += 1;
      state.version = plan.version;
      state.exists = plan.source !== undefined;
      state.source = plan.source;
      state.fields = fields;
      state.isChanged = true;
    }
    const body: Record<string, unknown> = {
      _index: index.name,
      _id: state.id,
      _version: state.version,
      result: plan.result,
      _shards: plan.result === 'noop' ? { total: 0, successful: 0, failed: 0 } : { total: 1, successful: 1, failed: 0 },
      _seq_no: state.seqNo,
      _primary_term: 1,
    };
    return { status: plan.status, body, error: undefined };
  }

  private async fieldsOf(
    connection: DuckDBConnection,
    index: Index,
    document: JsonObject,
    id: string,
  ): Promise<DocumentFields> {
    const fields = documentFields(index.mapping, document, id);
    if (fields.additions === undefined) return fields;
    await this.catalog.putMapping(connection, index, fields.additions);
    return documentFields(index.mapping, document, id);
  }

  private async writeStates(
    connection: DuckDBConnection,
    index: Index,
    states: ReadonlyMap<string, DocumentState>,
  ): Promise<void> {
    const replaced: bigint[] = [];
    const rows: PendingRow[] = [];
    for (const state of states.values()) {
      if (!state.isChanged) continue;
      if (state.storedSeqNo !== undefined) replaced.push(state.storedSeqNo);
      if (state.exists && state.source !== undefined && state.fields !== undefined) {
        index.tombstones.delete(state.id);
        rows.push({
          id: state.id,
          hash: hashOf(state.id),
          seqNo: state.seqNo,
          version: state.version,
          source: state.source,
          fields: state.fields,
        });
      } else {
        bury(index, state);
      }
    }
    await ensureColumns(connection, this.catalog, index, rows);
    if (replaced.length > 0) {
      await connection.run(
        `DELETE FROM ${index.table} WHERE _seq IN (SELECT unnest($1))`,
        [listValue(replaced)],
        [LIST(BIGINT)],
      );
    }
    if (rows.length > 0) await appendRows(connection, index, rows);
  }
}

function idOf(operation: WriteOperation): string {
  if (operation.id === undefined) return randomBytes(15).toString('base64url');
  if (operation.id === '')
    throw new ResponseError(400, 'illegal_argument_exception', 'if _id is specified it must not be empty');
  const bytes = Buffer.byteLength(operation.id);
  if (bytes > MAX_ID_BYTES) {
    throw new ResponseError(
      400,
      'illegal_argument_exception',
      `id is too long, must be no longer than ${MAX_ID_BYTES} bytes but was: ${bytes}`,
    );
  }
  return operation.id;
}

/** 64 bits of an id: what a lookup scans instead of the ids. */
export function hashOf(id: string): bigint {
  return hash('sha1', id, 'buffer').readBigUInt64LE(0);
}

function emptyState(id: string): DocumentState {
  return {
    id,
    storedSeqNo: undefined,
    exists: false,
    version: 0n,
    seqNo: -1,
    source: undefined,
    fields: undefined,
    isChanged: false,
  };
}

async function readStates(
  connection: DuckDBConnection,
  index: Index,
  planned: readonly Planned[],
): Promise<Map<string, DocumentState>> {
  const states = new Map<string, DocumentState>();
  const wanted = new Set<string>();
  let needsSource = false;
  for (const { operation, id } of planned) {
    if (operation.id === undefined) continue;
    wanted.add(id);
    if (operation.kind === 'update') needsSource = true;
    const tombstone = index.tombstones.get(id);
    if (tombstone !== undefined && Date.now() - tombstone.atMs < TOMBSTONE_MS)
      states.set(id, { ...emptyState(id), version: tombstone.version });
  }
  if (wanted.size === 0) return states;
  const rows = await rowsOf(connection, {
    sql: `SELECT _id, _seq, _version${needsSource ? ', _source' : ''} FROM ${index.table} WHERE _h IN (SELECT unnest($1))`,
    values: [listValue([...wanted].map(hashOf))],
    types: [LIST(UBIGINT)],
  });
  for (const [id, seqNo, version, source] of rows) {
    if (typeof id !== 'string' || !wanted.has(id) || typeof seqNo !== 'bigint' || typeof version !== 'bigint') continue;
    states.set(id, {
      ...emptyState(id),
      storedSeqNo: seqNo,
      exists: true,
      version,
      seqNo: Number(seqNo),
      source: typeof source === 'string' ? source : undefined,
    });
  }
  return states;
}

function bury(index: Index, state: DocumentState): void {
  index.tombstones.delete(state.id);
  index.tombstones.set(state.id, { version: state.version, atMs: Date.now() });
  if (index.tombstones.size <= MAX_TOMBSTONES) return;
  const [oldest] = index.tombstones.keys();
  if (oldest !== undefined) index.tombstones.delete(oldest);
}

function failure(index: string, id: string | null, error: ResponseError): WriteResult {
  return { status: error.status, body: { _index: index, _id: id }, error: errorCause(error) };
}
