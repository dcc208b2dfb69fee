// opensearch: writes many documents; each one's own outcome decides what happens to it.

import { z } from 'zod';
import { PipelineError } from '../errors/pipeline-error.ts';
import { type Backoff, backoffMs, DEFAULT_BACKOFF } from './backoff.ts';
import { BULK_LIMITS, type BulkDocument, type BulkLimits, batchDocuments } from './bulk-batches.ts';
import type { SearchClient, SearchReply } from './search-client.ts';

export interface RefusedDocument {
  readonly id: string;
  readonly reason: string;
}

export interface BulkOutcome {
  readonly indexed: number;
  /** A later run's document stands there already. */
  readonly superseded: number;
  readonly refused: number;
  /** The first refused ones. */
  readonly examples: readonly RefusedDocument[];
}

export interface BulkOptions {
  readonly limits?: BulkLimits;
  readonly backoff?: Backoff;
  readonly signal?: AbortSignal | undefined;
}

const MAX_EXAMPLES = 10;
const MAX_REASON = 300;
const TOO_MANY_REQUESTS = 429;
const VERSION_CONFLICT = 409;

const itemSchema = z.looseObject({
  status: z.int(),
  error: z.looseObject({ type: z.string(), reason: z.string().nullish() }).optional(),
});
const bulkReplySchema = z.looseObject({
  errors: z.boolean(),
  items: z.array(z.record(z.string(), itemSchema)),
});
type BulkItem = z.infer<typeof itemSchema>;

/** Items in the order of the request; undefined when the whole request was turned away for now. */
function readItems(reply: SearchReply, expected: number): readonly BulkItem[] | undefined {
  if (reply.status === TOO_MANY_REQUESTS) return undefined;
  const parsed = bulkReplySchema.safeParse(reply.body);
  const items = parsed.success ? parsed.data.items.flatMap((item) => Object.values(item)) : [];
  if (items.length !== expected) {
    throw new PipelineError('service-unavailable', `POST /_bulk: ${items.length} outcomes for ${expected} documents`, {
      permanent: false,
    });
  }
  return items;
}

function isForNow(status: number): boolean {
  return status === TOO_MANY_REQUESTS || status >= 500;
}

/**
 * Write all documents, one bounded body at a time. Items turned away for now (429, 5xx) are sent again, they alone;
 * items that will never fit are counted with their reasons.
 * @throws PipelineError `service-unavailable` where the index still takes no more after the last try.
 */
export async function bulkIndex(
  client: SearchClient,
  documents: AsyncIterable<BulkDocument> | Iterable<BulkDocument>,
  options: BulkOptions = {},
): Promise<BulkOutcome> {
  const { limits = BULK_LIMITS, backoff = DEFAULT_BACKOFF, signal } = options;
  let [indexed, superseded, refused] = [0, 0, 0];
  const examples: RefusedDocument[] = [];

  for await (const batch of batchDocuments(documents, limits)) {
    let open = batch.documents.map((document, i) => ({ id: document.id, lines: batch.lines[i] ?? '' }));
    for (let attempt = 0; open.length > 0; attempt += 1) {
      if (attempt >= backoff.attempts) {
        throw new PipelineError(
          'service-unavailable',
          `the index turned ${open.length} documents away ${attempt} times`,
          { permanent: false },
        );
      }
      if (attempt > 0) await backoff.sleep(backoffMs(backoff, attempt - 1), signal);
      const lines = open.map((item) => item.lines).join('');
      const reply = await client.request('POST', '/_bulk', { lines, accept: [TOO_MANY_REQUESTS], signal });
      const items = readItems(reply, open.length);
      if (items === undefined) continue;
      open = open.filter(({ id }, i) => {
        const item = items[i];
        if (item === undefined || isForNow(item.status)) return true;
        if (item.status < 300) indexed += 1;
        else if (item.status === VERSION_CONFLICT) superseded += 1;
        else {
          refused += 1;
          const reason = `${item.error?.type ?? item.status}: ${item.error?.reason ?? ''}`.slice(0, MAX_REASON);
          if (examples.length < MAX_EXAMPLES) examples.push({ id, reason });
        }
        return false;
      });
    }
  }
  return { indexed, superseded, refused, examples };
}
