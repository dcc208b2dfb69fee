// Generations of the embedded engine; test/real/documents.test.ts asks OpenSearch the same.

import { startSearchEngine } from '../../local/opensearch/server.ts';
import { describeGenerations } from './generations-suite.ts';

describeGenerations('generations of the embedded search engine', () =>
  startSearchEngine({ file: ':memory:', host: '127.0.0.1', port: 0, memoryLimitMiB: 256, threads: 2 }),
);
