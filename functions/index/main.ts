// index: the wiring: bucket, index and queues as the environment names them.

import { bucketConfig, queueConfig, searchConfig } from '../../lib/config/connections.ts';
import { readEnvironment } from '../../lib/config/environment.ts';
import { FUNCTION_VARIABLES } from '../../lib/config/functions.ts';
import { createLog } from '../../lib/log/log.ts';
import { bulkIndex } from '../../lib/opensearch/bulk-index.ts';
import { createDumpRegister } from '../../lib/opensearch/dump-register.ts';
import { createSearchClient } from '../../lib/opensearch/search-client.ts';
import { createMessageQueue } from '../../lib/queue/sqs-message-queue.ts';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import { createHandler } from './handler.ts';

const values = readEnvironment(FUNCTION_VARIABLES.index, process.env);
const client = createSearchClient(searchConfig(values));

export const handler = createHandler({
  store: createObjectStore(bucketConfig(values)),
  dumps: createDumpRegister(client),
  queue: createMessageQueue(queueConfig(values)),
  writeDocuments: (documents, options) => bulkIndex(client, documents, options),
  log: createLog({ level: values.SMARTIDS_LOG_LEVEL, name: 'index' }),
  clock: () => new Date(),
});
