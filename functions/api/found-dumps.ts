// api: the dumps in which a search finds something, oldest capture first, each as it can be read now.

import { z } from 'zod';
import type { Dump } from '../../lib/dump/dump.ts';
import type { ApiDeps } from './api-deps.ts';
import { ProblemError } from './http/problem.ts';
import { DUMP_FIELD } from './search-request.ts';

const ETAG_FIELD = 'smartids.dump.etag';
/** Dumps that one file or hunt may be of. */
export const MAX_FOUND_DUMPS = 1000;
const MAX_NAMES = 5;

export type ReadableDump = Dump & { readonly etag: string };

export interface FoundDump {
  readonly dump: ReadableDump;
  /** Documents found in it, and the least and greatest number that tells where they lie. */
  readonly documents: number;
  readonly first: number;
  readonly last: number;
}

const repliesSchema = z.looseObject({
  dumps: z.looseObject({
    buckets: z.array(
      z.looseObject({
        key: z.string(),
        doc_count: z.number(),
        versions: z.looseObject({ buckets: z.array(z.looseObject({ key: z.string() })) }),
        first: z.looseObject({ value: z.number().nullable() }),
        last: z.looseObject({ value: z.number().nullable() }),
      }),
    ),
  }),
});

/** Fields that tell where a kind's documents lie. */
const PLACES = {
  flows: { first: 'smartids.flow.chunks.first', last: 'smartids.flow.chunks.last' },
  packets: { first: 'smartids.packet.record', last: 'smartids.packet.record' },
} as const;

/**
 * @throws ProblemError `limit-exceeded` where there are too many, `conflict` where one is gone or was replaced: a part
 * of what was found cannot be read, and leaving it out unsaid would be wrong.
 */
export async function foundDumps(
  deps: Pick<ApiDeps, 'search' | 'dumps'>,
  kind: keyof typeof PLACES,
  clauses: readonly unknown[],
  signal: AbortSignal,
): Promise<readonly FoundDump[]> {
  const { first, last } = PLACES[kind];
  const body = {
    query: { bool: { filter: clauses } },
    size: 0,
    aggs: {
      dumps: {
        terms: { field: DUMP_FIELD, size: MAX_FOUND_DUMPS + 1 },
        aggs: {
          versions: { terms: { field: ETAG_FIELD, size: 2 } },
          first: { min: { field: first } },
          last: { max: { field: last } },
        },
      },
    },
  };
  const { aggregations } = await deps.search.search(kind, body, { signal });
  const { buckets } = repliesSchema.parse(aggregations ?? {}).dumps;
  if (buckets.length > MAX_FOUND_DUMPS) {
    const message = `it finds something in more than ${MAX_FOUND_DUMPS} dumps: narrow it`;
    throw new ProblemError('limit-exceeded', `q: ${message}`, { errors: [{ path: 'q', message }] });
  }
  const known = await Promise.all(buckets.map(({ key }) => deps.dumps.get(key)));
  const unreadable: string[] = [];
  const found = buckets.flatMap(({ key, doc_count: documents, versions, first: low, last: high }, i): FoundDump[] => {
    const dump = known[i];
    const etags = versions.buckets.map((version) => version.key);
    if (dump?.etag === undefined || etags.length !== 1 || etags[0] !== dump.etag) {
      unreadable.push(key);
      return [];
    }
    return [{ dump: { ...dump, etag: dump.etag }, documents, first: low.value ?? 0, last: high.value ?? 0 }];
  });
  if (unreadable.length > 0) throw changed(unreadable);
  return found.sort((a, b) => compare(orderKey(a.dump), orderKey(b.dump)));
}

function changed(ids: readonly string[]): ProblemError {
  const more = ids.length > MAX_NAMES ? ` and ${ids.length - MAX_NAMES} more` : '';
  const names = `${ids.slice(0, MAX_NAMES).join(', ')}${more}`;
  const message = `Deleted or replaced since its documents were made: dump ${names}. Leave it out: NOT ${DUMP_FIELD}:"…".`;
  return new ProblemError('conflict', message);
}

function orderKey({ firstSeen, createdAt, id }: Dump): string {
  return `${firstSeen ?? createdAt} ${id}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
