// contract: the embedded engine answers every listed request as OpenSearch did when its answers were put on record (npm run record:opensearch).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SearchEngine, startSearchEngine } from '../../local/opensearch/server.ts';
import { ALL_GROUPS } from '../differential/all-groups.ts';
import { byTitle, compareAnswers } from '../differential/compared-answers.ts';
import { corpusOf, isOfToday } from '../differential/differential-group.ts';
import { readGoldenAnswers } from '../differential/golden-answers.ts';
import { loadedDocuments } from '../differential/loaded-documents.ts';
import { type SearchEngineUnderTest, searchEngineAt } from '../differential/search-engine-under-test.ts';

const LOAD_TIMEOUT_MS = 120_000;
const GROUP_TIMEOUT_MS = 240_000;

describe('answers of OpenSearch on record', () => {
  let server: SearchEngine;
  let engine: SearchEngineUnderTest;
  beforeAll(async () => {
    server = await startSearchEngine({ file: ':memory:', host: '127.0.0.1', port: 0, memoryLimitMiB: 256, threads: 2 });
    engine = searchEngineAt(server.endpoint);
  });
  afterAll(() => server.close());

  it(
    'are to the same documents, and the same of them are taken',
    async () => {
      const corpus = corpusOf(ALL_GROUPS);
      const loaded = loadedDocuments(corpus, await engine.load(corpus));
      expect(Object.fromEntries(loaded)).toEqual(Object.fromEntries(readGoldenAnswers('documents').answers));
    },
    LOAD_TIMEOUT_MS,
  );

  it.each(ALL_GROUPS)(
    '$name: totals, ids, order, what is shown and what is refused are the same',
    async (group) => {
      const { answers: theirs } = readGoldenAnswers(group.name);
      const cases = group.cases.filter((asked) => !isOfToday(asked));
      expect([...theirs.keys()], 'other cases now: npm run record:opensearch').toEqual(cases.map(({ title }) => title));
      const ours = byTitle(cases, await group.ask(engine, cases, 'ours'));
      const { unexplained, equalThough } = compareAnswers(group, theirs, ours);
      expect(unexplained.join('\n'), `${unexplained.length} differ`).toBe('');
      expect(equalThough, 'accepted as different, and equal').toEqual([]);
    },
    GROUP_TIMEOUT_MS,
  );
});
