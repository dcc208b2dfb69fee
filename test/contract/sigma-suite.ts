// Queries that pySigma made of Sigma rules, asked of whatever listens at an endpoint, over the product's own mapping.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indexMapping } from '../../lib/document/index-template.ts';
import { DOCUMENTS, SIGMA_CASES } from '../golden/sigma/rules.ts';
import type { Conversion } from '../support/pysigma.ts';

const recorded = JSON.parse(readFileSync(new URL('../golden/sigma/queries.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Conversion>
>; // written by test/golden/record-sigma.ts

export function describeSigma(
  name: string,
  start: () => Promise<{ readonly endpoint: string; close(): Promise<void> }>,
) {
  describe(name, () => {
    const index = `contract-sigma-${process.pid}`;
    let server: Awaited<ReturnType<typeof start>>;

    async function request(method: string, path: string, body?: unknown) {
      const reply = await fetch(`${server.endpoint}/${index}${path}`, {
        method,
        headers: { 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const json = (await reply.json()) as { readonly hits?: { readonly hits: readonly { readonly _id: string }[] } };
      if (!reply.ok) throw new Error(JSON.stringify(json));
      return json;
    }

    beforeAll(async () => {
      server = await start();
      await request('PUT', '', { mappings: indexMapping('flows') });
      for (const [id, document] of Object.entries(DOCUMENTS)) await request('PUT', `/_doc/${id}`, document);
      await request('POST', '/_refresh');
    });
    afterAll(async () => {
      await request('DELETE', '');
      await server.close();
    });

    it.each(Object.entries(SIGMA_CASES))('a rule about %s finds what it is about', async (title, { finds }) => {
      const conversion = recorded[title];
      if (conversion === undefined || 'refused' in conversion) {
        expect(conversion?.refused).toMatch(finds instanceof RegExp ? finds : /^$/);
        return;
      }
      const { hits } = await request('POST', '/_search', { query: { query_string: { query: conversion.query } } });
      expect(hits?.hits.map(({ _id }) => _id).sort()).toEqual(finds);
    });
  });
}
