// real: OpenSearch is installed before any test runs, so that two of them never install it at once.
import { requireOpenSearch } from './opensearch-install.ts';

export function setup(): void {
  if (process.env['OPENSEARCH_TEST_URL'] === undefined) requireOpenSearch();
}
