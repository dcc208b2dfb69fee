// local/opensearch/search: hits: rows that were chosen and ordered, and their documents.
import { BIGINT, type DuckDBConnection } from '@duckdb/node-api';
import { numberOf } from '../catalog/index-catalog.ts';
import { rowsOf } from '../database/database.ts';
import { SqlBinder } from '../database/sql-binder.ts';
import type { SourceFilter } from '../document/source-filter.ts';
import type { RawJson } from '../request/json-text.ts';
import type { SearchTarget } from './search-target.ts';

export interface Hit {
  readonly target: SearchTarget;
  /** Names the stored version: a row's place may change when a checkpoint beside the reading packs the table. */
  readonly seqNo: bigint;
  readonly id: string;
  readonly score: number | null;
  readonly sort: readonly unknown[] | undefined;
  /** Of the document, where it was read with the order. */
  readonly text?: string;
}

/** What of the documents is wanted. */
export interface DocumentChoice {
  readonly source: SourceFilter;
  readonly withVersion: boolean;
  readonly withSeqNo: boolean;
}

interface StoredDocument {
  readonly source: RawJson | undefined;
  readonly version: unknown;
  readonly seqNo: unknown;
}

/** Documents are read after the order is known, by sequence number: sorting would drag them along otherwise. */
export async function readDocuments(
  connection: DuckDBConnection,
  hits: readonly Hit[],
  choice: DocumentChoice,
): Promise<StoredDocument[]> {
  const byTarget = Map.groupBy(hits.entries(), ([, hit]) => hit.target);
  const documents: StoredDocument[] = [];
  if (choice.source === undefined && !choice.withVersion && !choice.withSeqNo) return documents;
  for (const [target, list] of byTarget) {
    const slots = Map.groupBy(list, ([, hit]) => hit.seqNo);
    const binder = new SqlBinder();
    const seqNos = binder.list([...slots.keys()], BIGINT);
    const { index } = target;
    const texts = choice.source === undefined ? undefined : textsOf(target, list);
    if (!choice.withVersion) {
      for (const [seqNo, at] of slots) {
        const document = {
          source: choice.source?.(texts?.get(Number(seqNo)) ?? '{}'),
          version: undefined,
          seqNo: choice.withSeqNo ? seqNo : undefined,
        };
        for (const [slot] of at) documents[slot] = document;
      }
      continue;
    }
    const rows = await rowsOf(
      connection,
      binder.statement(`SELECT _version, _seq FROM ${index.table} WHERE _seq IN (SELECT unnest(${seqNos}))`),
    );
    for (const [version, seqNo] of rows) {
      const document = {
        source: choice.source?.(texts?.get(Number(seqNo)) ?? '{}'),
        version,
        seqNo: choice.withSeqNo ? seqNo : undefined,
      };
      for (const [slot] of typeof seqNo === 'bigint' ? (slots.get(seqNo) ?? []) : []) documents[slot] = document;
    }
  }
  return documents;
}

function textsOf({ index }: SearchTarget, list: readonly (readonly [number, Hit])[]): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  const unread: number[] = [];
  for (const [, { seqNo, text }] of list) {
    if (text === undefined) unread.push(Number(seqNo));
    else texts.set(Number(seqNo), text);
  }
  for (const [seqNo, text] of index.store.read(numberOf(index.table), unread)) texts.set(seqNo, text);
  return texts;
}

export function hitBody(hit: Hit, document: StoredDocument | undefined): Readonly<Record<string, unknown>> {
  return {
    _index: hit.target.index.name,
    _id: hit.id,
    _version: document?.version,
    _seq_no: document?.seqNo,
    _primary_term: document?.seqNo === undefined ? undefined : 1,
    _score: hit.score,
    _source: document?.source,
    sort: hit.sort,
  };
}
