// api: one flow by its id: its document, the dump it is of, and where its records lie.

import type { FlowPlace } from '../../lib/carve/walk-flows.ts';
import type { ApiDeps } from './api-deps.ts';
import { valueAt } from './cursor-values.ts';
import type { ReadableDump } from './found-dumps.ts';
import { flowPlace } from './found-places.ts';
import { ProblemError } from './http/problem.ts';
import { DUMP_FIELD, ID_FIELDS } from './search-request.ts';

export interface FoundFlow {
  readonly document: Readonly<Record<string, unknown>>;
  readonly dump: ReadableDump;
  readonly place: FlowPlace;
}

/** @throws ProblemError `not-found`, or `conflict` where the dump was deleted or replaced meanwhile. */
export async function findFlow(
  deps: Pick<ApiDeps, 'search' | 'dumps'>,
  id: string,
  signal: AbortSignal,
): Promise<FoundFlow> {
  const body = { query: { bool: { filter: [{ term: { [ID_FIELDS.flows]: id } }] } }, size: 1 };
  const { hits } = await deps.search.search('flows', body, { signal });
  const [hit] = hits;
  if (hit === undefined) throw new ProblemError('not-found', `There is no flow ${id}.`);
  const dumpId = valueAt(hit.source, DUMP_FIELD);
  const etag = valueAt(hit.source, 'smartids.dump.etag');
  const dump = typeof dumpId === 'string' ? await deps.dumps.get(dumpId) : undefined;
  if (dump?.etag === undefined || dump.etag !== etag) {
    throw new ProblemError('conflict', `The dump of flow ${id} was deleted or replaced since its documents were made.`);
  }
  return { document: hit.source, dump: { ...dump, etag: dump.etag }, place: flowPlace(hit.source) };
}
