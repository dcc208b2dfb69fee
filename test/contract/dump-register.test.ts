// Runs the contract of stored documents against the embedded engine; test/real runs it against OpenSearch itself.
import { startSearchEngine } from '../../local/opensearch/server.ts';
import { describeStoredDocuments } from './stored-documents-suite.ts';

describeStoredDocuments('the embedded search engine', () =>
  startSearchEngine({ file: ':memory:', host: '127.0.0.1', port: 0, memoryLimitMiB: 256, threads: 1 }),
);
