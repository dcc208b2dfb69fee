// local/opensearch/document: documents by their ids, those that wait for their table included.
import { type Index, numberOf } from '../catalog/index-catalog.ts';
import type { Engine } from '../engine.ts';
import { hashOf } from './id-hash.ts';
import type { SourceFilter } from './source-filter.ts';
import { storedRows } from './stored-rows.ts';

interface Found {
  readonly seqNo: number;
  readonly version: bigint;
  readonly exists: boolean;
}

/** One answer per id, in order, as `_doc` and `_mget` show a document. */
export async function readDocuments(
  { database, pending, store }: Engine,
  index: Index,
  ids: readonly string[],
  source: SourceFilter,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const found = new Map<string, Found>();
  const absent = new Map<string, bigint>();
  // before the snapshot is made: what waits no more by then is in it
  for (const id of ids) {
    const waiting = pending.find(index, id);
    if (waiting === undefined) absent.set(id, hashOf(id));
    else found.set(id, waiting);
  }
  return database.read(async (connection) => {
    for (const { id, seqNo, version } of await storedRows(connection, index, absent))
      found.set(id, { seqNo, version, exists: true });
    const seqNos = [...found.values()].filter(({ exists }) => exists).map(({ seqNo }) => seqNo);
    const readTexts = (): ReadonlyMap<number, string> => store.read(numberOf(index.table), seqNos);
    let texts = source === undefined ? undefined : readTexts();
    if (texts !== undefined && texts.size < seqNos.length) {
      // a write that is under way: its turn ends with the journal's
      await pending.turn(async () => undefined);
      await pending.journaled();
      texts = readTexts();
    }
    return ids.map((id) => {
      const one = found.get(id);
      if (one?.exists !== true) return { _index: index.name, _id: id, found: false };
      return {
        _index: index.name,
        _id: id,
        _version: one.version,
        _seq_no: one.seqNo,
        _primary_term: 1,
        found: true,
        _source: source?.(texts?.get(one.seqNo) ?? '{}'),
      };
    });
  });
}
