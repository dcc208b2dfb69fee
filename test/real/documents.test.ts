// real: OpenSearch over the product's own mappings: field aliases, Sigma rules through pySigma, our dashboards.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeDashboards } from '../contract/dashboards-suite.ts';
import { describeFieldAliases } from '../contract/field-alias-suite.ts';
import { describeGenerations } from '../contract/generations-suite.ts';
import { describeSigma } from '../contract/sigma-suite.ts';
import { SIGMA_CASES } from '../golden/sigma/rules.ts';
import { startAnalystStack } from '../support/analyst-documents.ts';
import { copyDocuments } from '../support/copy-documents.ts';
import { convertRules, requirePysigma } from '../support/pysigma.ts';
import { type OpenSearch, startOpenSearch } from './opensearch-server.ts';

let server: Promise<OpenSearch> | undefined;

/** One server for all suites: each has indexes of its own. */
async function shared() {
  server ??= startOpenSearch();
  return { endpoint: (await server).endpoint, close: async () => undefined };
}
afterAll(async () => (await server)?.close());

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('our pipeline in pySigma', () => {
  beforeAll(() => requirePysigma(), 300_000);

  it('makes of every rule what is on record', () => {
    const rules = Object.values(SIGMA_CASES).map(({ rule }) => rule);
    const conversions = convertRules(read('../../local/sigma/smart-ids.yml'), rules);
    expect(conversions).toEqual(Object.values(JSON.parse(read('../golden/sigma/queries.json'))));
  });
});

describeFieldAliases('field aliases of OpenSearch', shared);
describeSigma('Sigma rules on OpenSearch', shared);
describeGenerations('generations of OpenSearch', shared);

describeDashboards('dashboards on OpenSearch', async () => {
  const { endpoint } = await shared();
  const { searchUrl, range, remove } = await startAnalystStack();
  const prefix = `contract-dashboards-${process.pid}-`;
  const indexes = await copyDocuments({ from: searchUrl, to: endpoint, prefix });
  return {
    ...{ endpoint, range, prefix, twin: searchUrl },
    close: async () => {
      await fetch(`${endpoint}/${indexes.join(',')}`, { method: 'DELETE' });
      await remove();
    },
  };
});
