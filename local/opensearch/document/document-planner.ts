// local/opensearch/document: decides what writes do, in order, and puts the rows that come of them where they wait for their tables.
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Index, type IndexCatalog, numberOf } from '../catalog/index-catalog.ts';
import type { Database } from '../database/database.ts';
import { type DocumentFields, documentFields } from '../mapping/document-fields.ts';
import { DocumentScanner } from '../mapping/document-scanner.ts';
import { parseDocument } from '../mapping/field-value.ts';
import type { ScannedValues } from '../mapping/scanned-values.ts';
import type { JsonObject } from '../request/json-text.ts';
import { errorCause, indexNotFound, ResponseError, responseErrorOf } from '../request/response-error.ts';
import { type DocumentState, newState, planWrite, type WritePlan } from './document-state.ts';
import type { DocumentStates } from './document-states.ts';
import type { NewTexts } from './document-store.ts';
import { hashOf } from './id-hash.ts';
import type { JournalEntry } from './journal-record.ts';
import type { PendingIndex, PendingWrites } from './pending-writes.ts';
import type { BlockDocument } from './source-block.ts';
import type { WriteOperation, WriteResult, WrittenDocument } from './write-operation.ts';

/** Work done between two turns of the event loop. */
const SLICE_MS = 15;
const MAX_TOMBSTONES = 10_000;
const NO_SHARDS = { total: 0, successful: 0, failed: 0 };
const ONE_SHARD = { total: 1, successful: 1, failed: 0 };

export interface GroupOutcome {
  readonly results: readonly WriteResult[];
  /** Resolves when the journal has what the results say. */
  readonly durable: Promise<void>;
}

interface Planned {
  readonly operation: WriteOperation;
  readonly id: string;
  /** Of the id. */
  readonly hash: bigint;
  readonly slot: number;
}

/** What a group changed in one index, in the order of the sequence numbers; a deletion has no text. */
interface Changes {
  readonly index: Index;
  readonly first: number;
  readonly ids: string[];
  readonly versions: bigint[];
  readonly sources: (Buffer | undefined)[];
  readonly replaced: number[];
}

export class DocumentPlanner {
  private readonly database: Database;
  private readonly catalog: IndexCatalog;
  private readonly pending: PendingWrites;
  private readonly states: DocumentStates;
  private readonly scanner = new DocumentScanner();

  constructor(database: Database, catalog: IndexCatalog, pending: PendingWrites, states: DocumentStates) {
    this.database = database;
    this.catalog = catalog;
    this.pending = pending;
    this.states = states;
  }

  /** Within a turn of the pending writes. */
  async plan(operations: readonly WriteOperation[]): Promise<GroupOutcome> {
    const results: WriteResult[] = [];
    const byIndex = new Map<Index, Planned[]>();
    for (let slot = 0; slot < operations.length; slot += 1) {
      const operation = operations[slot];
      if (operation === undefined) continue;
      try {
        const target = this.targetOf(operation);
        const index = target instanceof Promise ? await target : target;
        const id = idOf(operation);
        const planned = { operation, id, hash: hashOf(id), slot };
        const list = byIndex.get(index);
        if (list === undefined) byIndex.set(index, [planned]);
        else list.push(planned);
      } catch (error) {
        results[slot] = failure(operation.index, operation.id ?? null, responseErrorOf(error));
      }
    }
    const changes: Changes[] = [];
    for (const [index, planned] of byIndex) {
      try {
        changes.push(await this.planIndex(index, planned, results));
      } catch (error) {
        for (const { id, slot } of planned) results[slot] = failure(index.name, id, responseErrorOf(error));
      }
    }
    const made = changes.filter(({ ids }) => ids.length > 0);
    if (made.length === 0) return { results, durable: Promise.resolve() };
    return {
      results,
      durable: this.pending.journal(made.map(entryOf), made.flatMap(textsOf)),
    };
  }

  /** The index a write goes to; a missing one is created, as OpenSearch does by default. */
  private targetOf(operation: WriteOperation): Index | Promise<Index> {
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
    return this.database.write((connection) => this.catalog.createIndex(connection, operation.index, {}));
  }

  /** Throws before anything is changed, or not at all. */
  private async planIndex(index: Index, planned: readonly Planned[], results: WriteResult[]): Promise<Changes> {
    if (index.nextSeqNo + planned.length > index.reservedSeqNo)
      await this.database.write((connection) => this.catalog.reserveSeqNos(connection, index, planned.length));
    const states = await this.states.read(
      index,
      planned.filter(({ operation }) => operation.id !== undefined),
    );
    const changes: Changes = { index, first: index.nextSeqNo, ids: [], versions: [], sources: [], replaced: [] };
    const pending = this.pending.open(index);
    let sliceEnd = performance.now() + SLICE_MS;
    for (const { operation, id, hash, slot } of planned) {
      if (performance.now() > sliceEnd) {
        await nextTurn();
        sliceEnd = performance.now() + SLICE_MS;
      }
      const state = states.get(id) ?? newState(id);
      states.set(id, state);
      try {
        if (pending.batch.isFull) await pending.makeRoom();
        const plan = planWrite(operation, state);
        const values = this.valuesOf(index, plan, id);
        const known = values instanceof Promise ? await values : values;
        results[slot] = this.apply(pending, plan, known, state, hash, changes);
      } catch (error) {
        results[slot] = failure(index.name, id, responseErrorOf(error));
      }
    }
    return changes;
  }

  /** The values of a plan's new document; undefined where there is none. Those scanned last until the next are. */
  private valuesOf(index: Index, { source, document, result }: WritePlan, id: string) {
    if (source === undefined || result === 'noop') return undefined;
    const scanned = document === undefined ? this.scanner.scan(index.mapping, source) : undefined;
    return scanned ?? this.fieldsOf(index, document ?? parseDocument(source.toString('utf8')), id);
  }

  private apply(
    pending: PendingIndex,
    plan: WritePlan,
    values: DocumentFields | ScannedValues | undefined,
    state: DocumentState,
    hash: bigint,
    changes: Changes,
  ): WriteResult {
    const { index } = pending;
    if (plan.result !== 'noop') {
      const seqNo = index.nextSeqNo;
      if (plan.source !== undefined && values !== undefined) {
        const { version, source } = plan;
        pending.add({ id: state.id, hash, seqNo, version, values, bytes: source.length });
      } else {
        // a later write must know of the deletion
        index.ids?.add(hash);
      }
      if (state.exists) {
        pending.replaced.push(state.seqNo);
        changes.replaced.push(state.seqNo);
      }
      index.nextSeqNo = seqNo + 1;
      state.seqNo = seqNo;
      state.version = plan.version;
      state.exists = plan.source !== undefined;
      state.source = plan.source;
      changes.ids.push(state.id);
      changes.versions.push(plan.version);
      changes.sources.push(plan.source);
      pending.documents.set(state.id, { seqNo, version: plan.version, exists: state.exists });
      if (state.exists) index.tombstones.delete(state.id);
      else bury(index, state);
    }
    const body: WrittenDocument = {
      _index: index.name,
      _id: state.id,
      _version: state.version,
      result: plan.result,
      _shards: plan.result === 'noop' ? NO_SHARDS : ONE_SHARD,
      _seq_no: state.seqNo,
      _primary_term: 1,
    };
    return { status: plan.status, body, error: undefined };
  }

  private async fieldsOf(index: Index, document: JsonObject, id: string): Promise<DocumentFields> {
    const fields = documentFields(index.mapping, document, id);
    const { additions } = fields;
    if (additions === undefined) return fields;
    await this.database.write((connection) => this.catalog.putMapping(connection, index, additions));
    return documentFields(index.mapping, document, id);
  }
}

function idOf(operation: WriteOperation): string {
  return operation.id ?? randomBytes(15).toString('base64url');
}

function entryOf({ index, first, ids, versions, sources, replaced }: Changes): JournalEntry {
  const deletions = sources.flatMap((source, at) => (source === undefined ? [at] : []));
  return { table: numberOf(index.table), first, ids, versions, deletions, replaced };
}

/** The documents between deletions. */
function textsOf({ index, first, ids, sources }: Changes): NewTexts[] {
  const table = numberOf(index.table);
  const runs: NewTexts[] = [];
  let documents: BlockDocument[] = [];
  for (let at = 0; at <= sources.length; at += 1) {
    const source = sources[at];
    if (source !== undefined) {
      documents.push({ id: ids[at] ?? '', source });
    } else if (documents.length > 0) {
      runs.push({ table, first: first + at - documents.length, documents });
      documents = [];
    }
  }
  return runs;
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
