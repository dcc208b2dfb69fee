// differential: asks a real OpenSearch every listed case and puts its answers on record: npm run record:opensearch [-- GROUP…].
import { OPENSEARCH_VERSION } from '../real/opensearch-install.ts';
import { startOpenSearch } from '../real/opensearch-server.ts';
import { ALL_GROUPS } from './all-groups.ts';
import { byTitle } from './compared-answers.ts';
import { corpusOf, isOfToday } from './differential-group.ts';
import { writeGoldenAnswers } from './golden-answers.ts';
import { loadedDocuments } from './loaded-documents.ts';
import { searchEngineAt } from './search-engine-under-test.ts';

const wanted = process.argv.slice(2);
const groups = wanted.length === 0 ? ALL_GROUPS : ALL_GROUPS.filter(({ name }) => wanted.includes(name));
const server = await startOpenSearch();
try {
  const engine = searchEngineAt(server.endpoint);
  const { version } = (await engine.request('GET', '/')).body as { version?: { number?: string } };
  if (version?.number !== OPENSEARCH_VERSION)
    throw new Error(`this is OpenSearch ${version?.number}, not ${OPENSEARCH_VERSION}`);
  const corpus = corpusOf(ALL_GROUPS);
  const loaded = loadedDocuments(corpus, await engine.load(corpus));
  writeGoldenAnswers('documents', { version: OPENSEARCH_VERSION, answers: loaded });
  for (const group of groups) {
    const cases = group.cases.filter((asked) => !isOfToday(asked));
    const answers = byTitle(cases, await group.ask(engine, cases, 'theirs'));
    writeGoldenAnswers(group.name, { version: OPENSEARCH_VERSION, answers });
    console.log(`${group.name}: ${cases.length} answers of OpenSearch ${OPENSEARCH_VERSION}`);
  }
} finally {
  await server.close();
}
