// Sigma rules against the embedded engine; test/real/documents.test.ts asks OpenSearch, and pySigma itself.

import { startSearchEngine } from '../../local/opensearch/server.ts';
import { describeSigma } from './sigma-suite.ts';

describeSigma('Sigma rules on the embedded search engine', () =>
  startSearchEngine({ file: ':memory:', host: '127.0.0.1', port: 0, memoryLimitMiB: 256, threads: 2 }),
);
