// local/opensearch/document: after a crash: what the journal has and the tables lack is put where writes wait, as it was before.

import { type Index, type IndexCatalog, numberOf } from '../catalog/index-catalog.ts';
import { documentFields } from '../mapping/document-fields.ts';
import { parseDocument } from '../mapping/field-value.ts';
import type { DocumentStore } from './document-store.ts';
import { hashOf } from './id-hash.ts';
import type { JournalEntry } from './journal-record.ts';
import type { PendingWrites } from './pending-writes.ts';

/** Resolves when the tables have everything. */
export async function replayJournal(
  store: DocumentStore,
  catalog: IndexCatalog,
  pending: PendingWrites,
): Promise<void> {
  const indexes = new Map([...catalog.indexes.values()].map((index) => [numberOf(index.table), index]));
  for (const { number, entries } of [...store.journal()]) {
    if (number <= catalog.journalNumber) continue;
    await pending.makeRoom();
    await pending.turn(async () => {
      for (const entry of entries) {
        const index = indexes.get(entry.table);
        if (index !== undefined) await replay(store, index, pending, entry);
      }
      pending.wasJournaled(number);
    });
  }
  await pending.flush();
}

async function replay(
  store: DocumentStore,
  index: Index,
  pending: PendingWrites,
  { table, first, ids, versions, deletions, replaced }: JournalEntry,
): Promise<void> {
  const target = pending.open(index);
  const gone = new Set(deletions);
  const texts = store.read(
    table,
    ids.map((_, at) => first + at),
  );
  for (const [at, id] of ids.entries()) {
    const seqNo = first + at;
    const version = versions[at] ?? 1n;
    const exists = !gone.has(at);
    if (exists) {
      const text = texts.get(seqNo) ?? '{}';
      const values = documentFields(index.mapping, parseDocument(text), id);
      await target.makeRoom();
      target.add({ id, hash: hashOf(id), seqNo, version, values, bytes: text.length });
    }
    target.documents.set(id, { seqNo, version, exists });
  }
  target.replaced.push(...replaced);
}
