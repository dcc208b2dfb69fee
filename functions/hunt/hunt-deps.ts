// hunt: what the stage needs of the rooms around it, as one plain object; main.ts fills it in.

import type { Log } from '../../lib/log/log.ts';
import type { SearchIndex } from '../../lib/opensearch/search-index.ts';
import type { MessageQueue } from '../../lib/queue/message-queue.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

export interface HuntDeps {
  readonly store: ObjectStore;
  readonly queue: MessageQueue;
  readonly search: Pick<SearchIndex, 'search'>;
  readonly log: Log;
  readonly clock: () => Date;
}
