// hunt: the wiring: bucket, index and queues as the environment names them.

import { bucketConfig, queueConfig, searchConfig } from '../../lib/config/connections.ts';
import { readEnvironment } from '../../lib/config/environment.ts';
import { FUNCTION_VARIABLES } from '../../lib/config/functions.ts';
import { createLog } from '../../lib/log/log.ts';
import { createSearchClient } from '../../lib/opensearch/search-client.ts';
import { createSearchIndex } from '../../lib/opensearch/search-index.ts';
import { createMessageQueue } from '../../lib/queue/sqs-message-queue.ts';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import { createHuntHandler } from './handler.ts';

const values = readEnvironment(FUNCTION_VARIABLES.hunt, process.env);

export const handler = createHuntHandler({
  store: createObjectStore(bucketConfig(values)),
  queue: createMessageQueue(queueConfig(values)),
  search: createSearchIndex(createSearchClient(searchConfig(values))),
  log: createLog({ level: values.SMARTIDS_LOG_LEVEL, name: 'hunt' }),
  clock: () => new Date(),
});
