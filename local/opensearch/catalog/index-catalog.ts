// local/opensearch/catalog: which indexes, aliases and templates there are, in memory and in the file.
import { randomUUID } from 'node:crypto';
import { type DuckDBConnection, VARCHAR } from '@duckdb/node-api';
import type { ColumnCompression } from '../database/column-compression.ts';
import { inTransaction, rowsOf } from '../database/database.ts';
import type { DocumentStore } from '../document/document-store.ts';
import { IdFilter } from '../document/id-filter.ts';
import { TableRows } from '../document/table-rows.ts';
import { changedFields, type Mapping, mergeMappings, readMapping } from '../mapping/mapping.ts';
import { encodeJson, isJsonObject, type JsonObject } from '../request/json-text.ts';
import { namePattern } from '../request/name-pattern.ts';
import { illegalArgument, indexNotFound, ResponseError } from '../request/response-error.ts';
import type { SegmentKind } from '../segment/segment-file.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import { ValueIndex } from '../value/value-index.ts';
import { WordIndex } from '../word/word-index.ts';
import { planNewIndex, totalFieldsLimitOf } from './new-index.ts';

export interface Alias {
  readonly isWriteIndex: boolean | undefined;
}

export interface Index {
  readonly name: string;
  readonly uuid: string;
  readonly createdMs: number;
  /** Name of its table: a letter and a number, never anything from a request. */
  readonly table: string;
  readonly settings: JsonObject;
  mapping: Mapping;
  /** Fields that not all documents were indexed by as the mapping has them now, and from which on; undefined in files of before. */
  readonly mappedSince: Map<string, number> | undefined;
  readonly aliases: Map<string, Alias>;
  /** Columns of the table in their order, with their SQL types. */
  readonly columns: Map<string, string>;
  /** Has the documents' texts. */
  readonly store: DocumentStore;
  readonly words: WordIndex;
  readonly values: ValueIndex;
  readonly rows: TableRows;
  /** Those of the columns that a search may name: their transaction has ended. */
  visibleColumns: ReadonlySet<string>;
  /** Of all documents' ids; undefined until many are written at once. */
  ids: IdFilter | undefined;
  nextSeqNo: number;
  reservedSeqNo: number;
  /** Versions of documents deleted lately, for the next write to the same id. */
  readonly tombstones: Map<string, { readonly version: bigint; readonly atMs: number }>;
}

/** A column that a table lacks. */
export interface NewColumn {
  readonly name: string;
  readonly type: string;
  readonly compression: ColumnCompression | undefined;
}

export interface Template {
  readonly name: string;
  readonly json: JsonObject;
}

/** Columns that every table begins with. */
export const BASE_COLUMNS: ReadonlyMap<string, string> = new Map([
  ['_id', 'VARCHAR'],
  ['_h', 'UBIGINT'],
  ['_seq', 'BIGINT'],
  ['_version', 'BIGINT'],
]);
const JOURNAL = 'journal';
/** Sequence numbers are promised to the file in steps of this size, so that none is used twice after a crash. */
const SEQ_NO_STEP = 100_000;
const INVALID_NAME = /[\\/*?"<>| ,#:A-Z]|^[-_+.]/;
const MAX_NAME_BYTES = 255;

interface StoredIndex {
  readonly name: string;
  readonly uuid: string;
  readonly createdMs: number;
  readonly table: string;
  readonly settings: JsonObject;
  readonly mapping: JsonObject;
  readonly order: readonly string[];
  readonly mappedSince?: Readonly<Record<string, number>>;
  readonly aliases: Readonly<Record<string, { readonly isWriteIndex?: boolean }>>;
  readonly reservedSeqNo: number;
}

/** The segments of a table's words or values. */
export type SegmentsOf = (kind: SegmentKind, table: number) => SegmentSet;

export class IndexCatalog {
  readonly indexes = new Map<string, Index>();
  readonly templates = new Map<string, Template>();
  /** The journal's last record that was in the tables when the file was opened. */
  journalNumber = 0;
  private readonly store: DocumentStore;
  private readonly segmentsOf: SegmentsOf;

  constructor(store: DocumentStore, segmentsOf: SegmentsOf) {
    this.store = store;
    this.segmentsOf = segmentsOf;
  }

  async load(connection: DuckDBConnection): Promise<void> {
    await connection.run('CREATE TABLE IF NOT EXISTS catalog (kind VARCHAR, name VARCHAR, definition VARCHAR)');
    this.indexes.clear();
    this.templates.clear();
    for (const [kind, name, definition] of await rowsOf(connection, {
      sql: 'SELECT kind, name, definition FROM catalog',
    })) {
      const json: unknown = JSON.parse(String(definition));
      if (kind === 'template' && isJsonObject(json)) this.templates.set(String(name), { name: String(name), json });
      else if (kind === JOURNAL && isJsonObject(json)) this.journalNumber = Number(json['number']);
      else if (kind === 'index') this.indexes.set(String(name), await this.restore(connection, json as StoredIndex));
    }
  }

  private async restore(connection: DuckDBConnection, stored: StoredIndex): Promise<Index> {
    const columns = new Map<string, string>();
    for (const [name, type] of await rowsOf(connection, {
      sql: "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = 'store' AND table_name = $1 ORDER BY column_index",
      values: [stored.table],
      types: [VARCHAR],
    })) {
      columns.set(String(name), String(type));
    }
    return {
      ...stored,
      mapping: readMapping(stored.mapping, stored.order, Number.MAX_SAFE_INTEGER),
      mappedSince: stored.mappedSince === undefined ? undefined : new Map(Object.entries(stored.mappedSince)),
      aliases: new Map(
        Object.entries(stored.aliases).map(([name, alias]) => [name, { isWriteIndex: alias.isWriteIndex }]),
      ),
      columns,
      store: this.store,
      words: new WordIndex(this.segmentsOf('words', numberOf(stored.table))),
      values: new ValueIndex(this.segmentsOf('values', numberOf(stored.table))),
      rows: new TableRows(),
      visibleColumns: new Set(columns.keys()),
      ids: undefined,
      nextSeqNo: stored.reservedSeqNo,
      tombstones: new Map(),
    };
  }

  async saveIndex(connection: DuckDBConnection, index: Index): Promise<void> {
    const stored: StoredIndex = {
      name: index.name,
      uuid: index.uuid,
      createdMs: index.createdMs,
      table: index.table,
      settings: index.settings,
      mapping: index.mapping.json,
      order: index.mapping.order,
      ...(index.mappedSince === undefined ? {} : { mappedSince: Object.fromEntries(index.mappedSince) }),
      aliases: Object.fromEntries(
        [...index.aliases].map(([name, alias]) => [
          name,
          alias.isWriteIndex === undefined ? {} : { isWriteIndex: alias.isWriteIndex },
        ]),
      ),
      reservedSeqNo: index.reservedSeqNo,
    };
    await this.save(connection, 'index', index.name, encodeJson(stored));
  }

  private async save(
    connection: DuckDBConnection,
    kind: string,
    name: string,
    definition: string | undefined,
  ): Promise<void> {
    await connection.run('DELETE FROM catalog WHERE kind = $1 AND name = $2', [kind, name]);
    if (definition !== undefined)
      await connection.run('INSERT INTO catalog VALUES ($1, $2, $3)', [kind, name, definition]);
  }

  async putTemplate(connection: DuckDBConnection, name: string, json: JsonObject): Promise<void> {
    await inTransaction(connection, () => this.save(connection, 'template', name, encodeJson(json)));
    this.templates.set(name, { name, json });
  }

  async deleteTemplate(connection: DuckDBConnection, name: string): Promise<void> {
    await inTransaction(connection, () => this.save(connection, 'template', name, undefined));
    this.templates.delete(name);
  }

  /** Creates an index from the body and the template that fits its name. */
  async createIndex(connection: DuckDBConnection, name: string, body: JsonObject): Promise<Index> {
    this.checkName(name);
    const plan = planNewIndex(name, body, [...this.templates.values()]);
    const table = `d${await this.nextTableNumber(connection)}`;
    const index: Index = {
      name,
      uuid: randomUUID().replaceAll('-', '').slice(0, 22),
      createdMs: Date.now(),
      table,
      settings: plan.settings,
      mapping: readMapping(plan.mapping, [], totalFieldsLimitOf(plan.settings)),
      mappedSince: new Map(),
      aliases: plan.aliases,
      columns: new Map(BASE_COLUMNS),
      store: this.store,
      words: new WordIndex(this.segmentsOf('words', numberOf(table))),
      values: new ValueIndex(this.segmentsOf('values', numberOf(table))),
      rows: new TableRows(),
      visibleColumns: new Set(BASE_COLUMNS.keys()),
      ids: new IdFilter(),
      nextSeqNo: 0,
      reservedSeqNo: SEQ_NO_STEP,
      tombstones: new Map(),
    };
    for (const alias of plan.aliases.keys()) {
      if (this.indexes.has(alias))
        throw new ResponseError(
          400,
          'invalid_alias_name_exception',
          `Invalid alias name [${alias}]: an index or data stream exists with the same name as the alias`,
        );
    }
    const columns = [...BASE_COLUMNS].map(
      ([column, type]) => `${column} ${type}${column === '_id' ? ' USING COMPRESSION zstd' : ''}`,
    );
    await inTransaction(connection, async () => {
      await connection.run(`CREATE TABLE ${table} (${columns.join(', ')})`);
      await this.saveIndex(connection, index);
    });
    this.indexes.set(name, index);
    return index;
  }

  private async nextTableNumber(connection: DuckDBConnection): Promise<number> {
    await connection.run('CREATE SEQUENCE IF NOT EXISTS table_number');
    const [row] = await rowsOf(connection, { sql: "SELECT nextval('table_number')" });
    return Number(row?.[0]);
  }

  /** Throws unless a new index can have the name. */
  checkName(name: string): void {
    if (this.indexes.has(name)) {
      throw new ResponseError(
        400,
        'resource_already_exists_exception',
        `index [${name}/${this.indexes.get(name)?.uuid}] already exists`,
        { index: name },
      );
    }
    if (INVALID_NAME.test(name) || Buffer.byteLength(name) > MAX_NAME_BYTES || name === '') {
      throw new ResponseError(
        400,
        'invalid_index_name_exception',
        `Invalid index name [${name}], must be lower case and hold none of \\ / * ? " < > | , # : or spaces, nor begin with - _ + or .`,
        { index: name },
      );
    }
    if (this.aliasTargets(name).length > 0) {
      throw new ResponseError(
        400,
        'invalid_index_name_exception',
        `Invalid index name [${name}], already exists as alias`,
        { index: name },
      );
    }
  }

  async deleteIndex(connection: DuckDBConnection, index: Index): Promise<void> {
    await inTransaction(connection, async () => {
      await connection.run(`DROP TABLE ${index.table}`);
      await this.save(connection, 'index', index.name, undefined);
    });
    this.indexes.delete(index.name);
    await this.store.dropTable(numberOf(index.table));
    index.words.dropAll();
    index.values.dropAll();
  }

  /** Adds mappings to an index and keeps them. */
  async putMapping(connection: DuckDBConnection, index: Index, additions: JsonObject): Promise<void> {
    const merged = mergeMappings(index.mapping.json, additions);
    const before = index.mapping;
    index.mapping = readMapping(merged, before.order, totalFieldsLimitOf(index.settings));
    // one document may have its values already and no number yet
    if (index.nextSeqNo > 0)
      for (const name of changedFields(before, index.mapping)) index.mappedSince?.set(name, index.nextSeqNo + 1);
    await this.saveIndex(connection, index);
  }

  async addColumn(connection: DuckDBConnection, index: Index, { name, type, compression }: NewColumn): Promise<void> {
    const how = compression === undefined ? '' : ` USING COMPRESSION ${compression}`;
    await connection.run(`ALTER TABLE ${index.table} ADD COLUMN ${name} ${type}${how}`);
    index.columns.set(name, type);
  }

  /** Keeps, in the transaction that puts rows into their tables, up to where the journal is in them. */
  async saveJournalNumber(connection: DuckDBConnection, number: number): Promise<void> {
    await this.save(connection, JOURNAL, JOURNAL, encodeJson({ number }));
  }

  /** Takes sequence numbers; the file learns of a new step before any of it is used. */
  async reserveSeqNos(connection: DuckDBConnection, index: Index, count: number): Promise<void> {
    if (index.nextSeqNo + count <= index.reservedSeqNo) return;
    index.reservedSeqNo = index.nextSeqNo + count + SEQ_NO_STEP;
    await this.saveIndex(connection, index);
  }

  aliasTargets(alias: string): Index[] {
    return [...this.indexes.values()].filter((index) => index.aliases.has(alias));
  }

  /** Indexes that a comma list of names, aliases and patterns means, sorted by name. */
  resolve(expression: string, ignoreUnavailable = false): Index[] {
    const found = new Set<Index>();
    for (const part of expression === '' || expression === '_all' ? ['*'] : expression.split(',')) {
      if (part.startsWith('-') && found.size > 0) {
        const excluded = namePattern(part.slice(1));
        for (const index of found) if (excluded(index.name)) found.delete(index);
        continue;
      }
      const matches = namePattern(part);
      const before = found.size;
      let known = false;
      for (const index of this.indexes.values()) {
        if (matches(index.name) || [...index.aliases.keys()].some(matches)) {
          found.add(index);
          known = true;
        }
      }
      if (!known && found.size === before && !part.includes('*') && !ignoreUnavailable) throw indexNotFound(part);
    }
    return [...found].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** The one index that a write to a name or alias goes to; undefined where neither exists. */
  writeTarget(name: string): Index | undefined {
    const index = this.indexes.get(name);
    if (index !== undefined) return index;
    const targets = this.aliasTargets(name);
    const [only] = targets;
    if (only === undefined || (targets.length === 1 && only.aliases.get(name)?.isWriteIndex !== false)) return only;
    const writable = targets.find((target) => target.aliases.get(name)?.isWriteIndex === true);
    if (writable !== undefined) return writable;
    throw illegalArgument(
      `no write index is defined for alias [${name}]. The write index may be explicitly disabled using is_write_index=false or the alias points to multiple indices without one being designated as a write index`,
    );
  }
}

/** The number in the name of a table. */
export function numberOf(table: string): number {
  return Number(table.slice(1));
}
