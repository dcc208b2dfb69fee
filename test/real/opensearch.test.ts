// real: OpenSearch itself keeps the contracts that the embedded search engine keeps.
import { describeSearchIndex } from '../contract/search-index-suite.ts';
import { describeStoredDocuments } from '../contract/stored-documents-suite.ts';
import { startOpenSearch } from './opensearch-server.ts';

describeSearchIndex('OpenSearch', () => startOpenSearch());
describeStoredDocuments('OpenSearch, stored documents', () => startOpenSearch());
