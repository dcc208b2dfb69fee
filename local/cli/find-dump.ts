// cli: the dump that a person means by an id or a name.

import { z } from 'zod';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { quoteQueryText } from '../../lib/query/query-escape.ts';
import type { ApiClient } from './api-client.ts';

const MOST_NAMED = 10;

const hitSchema = z.looseObject({ smartids: z.looseObject({ dump: z.looseObject({ id: z.string() }) }) });

/** @throws PipelineError `not-found`, or `invalid-request` where several dumps have the name. */
export async function findDump(api: Pick<ApiClient, 'search'>, idOrName: string): Promise<string> {
  const isId = z.guid().safeParse(idOrName).success;
  if (isId) return idOrName.toLowerCase();
  const q = `smartids.dump.name:${quoteQueryText(idOrName)}`;
  const { total, hits } = await api.search('dumps', { q, size: MOST_NAMED });
  const ids = hits.map((hit) => hitSchema.parse(hit).smartids.dump.id);
  const [id] = ids;
  if (id === undefined) {
    throw new PipelineError('not-found', `no dump is called ${JSON.stringify(idOrName)}`, { permanent: true });
  }
  if (total.value === 1) return id;
  const some = `${ids.join(', ')}${total.value > ids.length ? ', …' : ''}`;
  const message = `${total.value} dumps are called ${JSON.stringify(idOrName)}; name one by its id: ${some}`;
  throw new PipelineError('invalid-request', message, { permanent: true });
}
