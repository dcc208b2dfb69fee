// The contract of what the stages write into the search index: the dump register, flows, alerts, progress.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertOfGroup } from '../../lib/alert/alert.ts';
import { groupOfDetection } from '../../lib/alert/group-builder.ts';
import { alertDocument } from '../../lib/document/alert-document.ts';
import { flowDocument } from '../../lib/document/flow-document.ts';
import { createAlertStore } from '../../lib/opensearch/alert-store.ts';
import { bootstrapIndexes, currentGeneration, ensureIndexes } from '../../lib/opensearch/bootstrap.ts';
import { bulkIndex } from '../../lib/opensearch/bulk-index.ts';
import { createDumpRegister } from '../../lib/opensearch/dump-register.ts';
import { createSearchClient, type SearchClient } from '../../lib/opensearch/search-client.ts';
import { createSearchIndex } from '../../lib/opensearch/search-index.ts';
import type { SearchEngine } from '../../local/opensearch/server.ts';
import { CONTEXT, DUMP, progressOf } from '../support/analysis.ts';
import { detectionRows, SCAN, verdictOf } from '../support/detections.ts';
import { flowRows } from '../support/flow-rows.ts';
import { describeDumpRegister } from './dump-register-suite.ts';

const query = (text: string) => ({ query: { query_string: { query: text } }, track_total_hits: true });

/** Flow documents of records 0 … count - 1 into the first generation. */
async function writeFlows(client: SearchClient, count: number, context = CONTEXT) {
  const rows = flowRows(Array.from({ length: count }, (_, record) => ({ record, sourcePort: 1000 + record })));
  const documents = Array.from({ length: count }, (_, i) => flowDocument(rows, i, context, verdictOf(SCAN)));
  const outcome = await bulkIndex(
    client,
    documents.map((document) => ({
      index: 'smartids-flows-000001',
      id: document.event.id,
      source: JSON.stringify(document),
      version: context.run,
    })),
  );
  await createSearchIndex(client).refresh('000001');
  return outcome;
}

function alertOf(label: 'Port Scan' | 'DDoS', record: number) {
  const detection = { ...SCAN, label, record };
  const group = groupOfDetection(detectionRows([detection]), 0, verdictOf(detection));
  return alertDocument(alertOfGroup(CONTEXT, group), CONTEXT);
}

export function describeStoredDocuments(
  name: string,
  start: () => Promise<Pick<SearchEngine, 'endpoint' | 'close'>>,
): void {
  describe(name, () => {
    let engine: Awaited<ReturnType<typeof start>>;
    let client: SearchClient;

    beforeAll(async () => {
      engine = await start();
      client = createSearchClient({ node: engine.endpoint });
      await bootstrapIndexes(client);
    });
    afterAll(async () => {
      await client.close();
      await engine.close();
    });

    describeDumpRegister(name, () => createDumpRegister(client));

    it('is made once: a second bootstrap changes nothing and finds the newest generation', async () => {
      expect(await bootstrapIndexes(client)).toBe('000001');
      await ensureIndexes(client, '000002');
      expect(await currentGeneration(client)).toBe('000002');
      expect(await bootstrapIndexes(client)).toBe('000002');
    });

    it('takes every flow document and finds it by its fields', async () => {
      expect(await writeFlows(client, 20)).toMatchObject({ indexed: 20, refused: 0 });
      const index = createSearchIndex(client);
      const found = async (text: string) => (await index.search('flows', query(text))).total.value;
      expect(await found('source.port:[1005 TO 1009] AND destination.ip:"10.0.0.0/8"')).toBe(5);
      expect(await found('smartids.label:"Port Scan" AND smartids.flow.state:SF')).toBe(20);
      expect(await found(`event.id:"${CONTEXT.dumpId}.abcdef01.f7"`)).toBe(1);
    });

    it('keeps a later run’s document when an earlier run comes late', async () => {
      await writeFlows(client, 1, { ...CONTEXT, run: 2 });
      expect(await writeFlows(client, 1)).toMatchObject({ indexed: 0, superseded: 1 });
      expect(await writeFlows(client, 1, { ...CONTEXT, run: 2 })).toMatchObject({ indexed: 1, superseded: 0 });
    });

    it('finds the flows of an alert by its query', async () => {
      await writeFlows(client, 3, { ...CONTEXT, run: 2 });
      const text = alertOf('Port Scan', 0).smartids.alert.query;
      const { hits } = await createSearchIndex(client).search('flows', query(text));
      expect(hits.length).toBeGreaterThanOrEqual(3);
    });

    it('has one set of alerts a dump: what is no longer in it goes, what comes back is there', async () => {
      const store = createAlertStore(client);
      const [scan, flood] = [alertOf('Port Scan', 1), alertOf('DDoS', 2)];
      const replace = (documents: readonly ReturnType<typeof alertOf>[]) =>
        store.replace({ dumpId: CONTEXT.dumpId, generation: '000001', run: 1, documents });
      const ids = async () => {
        const { hits } = await createSearchIndex(client).search('alerts', query('event.kind:alert'));
        return hits.map(({ id }) => id).sort();
      };
      await replace([scan, flood]);
      expect(await ids()).toEqual([scan.event.id, flood.event.id].sort());
      await replace([scan]);
      expect(await ids()).toEqual([scan.event.id]);
      await replace([scan, flood]);
      expect(await ids()).toEqual([scan.event.id, flood.event.id].sort());
      await replace([]);
      expect(await ids()).toEqual([]);
    });

    it('forgets what earlier runs left of a dump, and nothing of later ones or of other analyses', async () => {
      const other = '44444444-0000-4000-8000-000000000000';
      const [dumpId, etag] = ['6f9f62f8-0c2e-8b1f-9a51-00000000aaaa', 'eeeeeeee'];
      const register = createDumpRegister(client);
      const index = createSearchIndex(client);
      const context = { ...CONTEXT, dumpId, etag };
      await writeFlows(client, 6, context);
      await writeFlows(client, 3, { ...context, run: 2 });
      await writeFlows(client, 2, { ...context, etag: 'dddddddd', attempt: other });
      for (const run of [1, 2, 3]) await register.writeProgress(progressOf({ dumpId, etag, run }));
      await register.countProgress(dumpId, etag, CONTEXT.attempt, 1);
      await index.deleteEarlierRuns(dumpId, CONTEXT.attempt, 2);
      const { hits } = await index.search('flows', query(`smartids.dump.id:"${dumpId}"`));
      expect(hits.map(({ id }) => id.slice(37)).sort()).toEqual([
        'dddddddd.f0',
        'dddddddd.f1',
        'eeeeeeee.f0',
        'eeeeeeee.f1',
        'eeeeeeee.f2',
      ]);
      const left = async (run: number) => (await register.listProgress(dumpId, etag, CONTEXT.attempt, run)).length;
      expect([await left(1), await left(2), await left(3)]).toEqual([0, 1, 1]);
      await index.deleteByDump(dumpId);
    });

    it('forgets older analyses of a dump, and at last the dump altogether', async () => {
      const attempt = '33333333-0000-4000-8000-000000000000';
      const register = createDumpRegister(client);
      const index = createSearchIndex(client);
      await register.create(DUMP);
      await register.writeProgress(progressOf({ chunk: 5 }));
      await writeFlows(client, 4, { ...CONTEXT, etag: '99999999', attempt, run: 2 });
      await register.countProgress(CONTEXT.dumpId, CONTEXT.etag, CONTEXT.attempt, 1);
      await index.deleteOtherAttempts(CONTEXT.dumpId, attempt);
      const left = await index.search('flows', query('*'));
      expect(left.hits.map(({ id }) => id).every((id) => id.includes('.99999999.'))).toBe(true);
      expect(left.total.value).toBe(4);
      expect(await register.listProgress(CONTEXT.dumpId, CONTEXT.etag, CONTEXT.attempt, 1)).toEqual([]);
      expect(await register.get(DUMP.id)).toBeDefined();
      await index.deleteByDump(CONTEXT.dumpId);
      expect((await index.search('flows', query('*'))).total.value).toBe(0);
      expect(await register.get(DUMP.id)).toBeUndefined();
    });

    it('tells what it refuses as invalid-query, and a lost index as unavailable', async () => {
      const index = createSearchIndex(client);
      await expect(index.search('flows', { query: { no_such_query: {} } })).rejects.toMatchObject({
        code: 'invalid-query',
        permanent: true,
      });
      await expect(index.ping()).resolves.toBeUndefined();
      const nobody = createSearchClient({ node: 'http://127.0.0.1:9' });
      await expect(createSearchIndex(nobody).ping()).rejects.toMatchObject({ code: 'service-unavailable' });
      await nobody.close();
      const aborted = AbortSignal.abort();
      await expect(index.search('flows', query('*'), { signal: aborted })).rejects.toMatchObject({ code: 'aborted' });
    });
  });
}
