// api: where what a search found lies in the dumps: flows by their chunks, packets by their records, in the dump's order.

import type { FlowPlace } from '../../lib/carve/walk-flows.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ApiDeps } from './api-deps.ts';
import { valueAt } from './cursor-values.ts';

/** Hits of one request to the index; each is a few numbers. */
const PAGE = 2000;

const FIRST_RECORD = 'smartids.flow.first_record';
const FIRST_CHUNK = 'smartids.flow.chunks.first';
const LAST_CHUNK = 'smartids.flow.chunks.last';
const PACKET_RECORD = 'smartids.packet.record';

type Index = Pick<ApiDeps, 'search'>;
type Source = Readonly<Record<string, unknown>>;

/** Flows that all clauses find, by first record. One dump and version: the clauses say which. */
export async function* foundFlows(
  deps: Index,
  clauses: readonly unknown[],
  signal: AbortSignal,
): AsyncGenerator<FlowPlace> {
  const asked = { clauses, sort: FIRST_RECORD, source: [FIRST_RECORD, FIRST_CHUNK, LAST_CHUNK] };
  for await (const hit of allHits(deps, 'flows', asked, signal)) yield flowPlace(hit);
}

export function flowPlace(document: Source): FlowPlace {
  return {
    flow: numberAt(document, FIRST_RECORD),
    firstChunk: numberAt(document, FIRST_CHUNK),
    lastChunk: numberAt(document, LAST_CHUNK),
  };
}

/** Numbers of the records of packets that all clauses find, ascending. */
export async function* foundRecords(
  deps: Index,
  clauses: readonly unknown[],
  signal: AbortSignal,
): AsyncGenerator<number> {
  const asked = { clauses, sort: PACKET_RECORD, source: [PACKET_RECORD] };
  for await (const hit of allHits(deps, 'packets', asked, signal)) yield numberAt(hit, PACKET_RECORD);
}

interface Asked {
  readonly clauses: readonly unknown[];
  /** Unique within one dump. */
  readonly sort: string;
  readonly source: readonly string[];
}

async function* allHits(
  deps: Index,
  kind: 'flows' | 'packets',
  { clauses, sort, source }: Asked,
  signal: AbortSignal,
): AsyncGenerator<Source> {
  let after: readonly unknown[] | undefined;
  do {
    const body = {
      query: { bool: { filter: clauses } },
      size: PAGE,
      sort: [{ [sort]: { order: 'asc' } }],
      _source: source,
      track_total_hits: false,
      ...(after && { search_after: after }),
    };
    const { hits } = await deps.search.search(kind, body, { signal });
    for (const hit of hits) yield hit.source;
    after = hits.length === PAGE ? hits.at(-1)?.sort : undefined;
  } while (after !== undefined);
}

function numberAt(document: Source, field: string): number {
  const value = valueAt(document, field);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new PipelineError('invalid-object', `a document's ${field} is ${JSON.stringify(value)}`, { permanent: true });
}
