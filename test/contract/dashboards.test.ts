// The dashboards over the embedded engine, filled by the whole product; test/real/dashboards.test.ts asks OpenSearch the same.

import { startAnalystStack } from '../support/analyst-documents.ts';
import { describeDashboards } from './dashboards-suite.ts';

describeDashboards('dashboards on the embedded search engine', async () => {
  const { searchUrl, range, remove } = await startAnalystStack();
  return { endpoint: searchUrl, range, close: remove };
});
