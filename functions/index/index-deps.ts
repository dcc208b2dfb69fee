// index: what the stage needs of the rooms around it, as one plain object; main.ts fills it in.

import type { DumpRegister } from '../../lib/dump/dump-register.ts';
import type { Log } from '../../lib/log/log.ts';
import type { BulkDocument } from '../../lib/opensearch/bulk-batches.ts';
import type { BulkOutcome } from '../../lib/opensearch/bulk-index.ts';
import type { MessageQueue } from '../../lib/queue/message-queue.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

export interface IndexDeps {
  readonly store: ObjectStore;
  readonly dumps: DumpRegister;
  readonly queue: MessageQueue;
  /** Write documents as they come, one bounded body at a time. */
  readonly writeDocuments: (
    documents: AsyncIterable<BulkDocument>,
    options: { readonly signal: AbortSignal },
  ) => Promise<BulkOutcome>;
  readonly log: Log;
  readonly clock: () => Date;
}
