// Runs the search index's contract against the embedded engine, and against any OpenSearch in SMARTIDS_OPENSEARCH_URL.
import { startSearchEngine } from '../../local/opensearch/server.ts';
import { describeSearchIndex } from './search-index-suite.ts';

describeSearchIndex('the embedded search engine', () =>
  startSearchEngine({ file: ':memory:', host: '127.0.0.1', port: 0, memoryLimitMiB: 256, threads: 2 }),
);

const real = process.env['SMARTIDS_OPENSEARCH_URL'];
if (real === undefined) {
  console.log('OpenSearch itself is not compared: SMARTIDS_OPENSEARCH_URL is not set');
} else {
  describeSearchIndex('OpenSearch', async () => ({ endpoint: real, close: async () => undefined }));
}
