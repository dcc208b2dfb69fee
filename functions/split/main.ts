// split: the wiring: bucket, index and queues as the environment names them.

import { randomUUID } from 'node:crypto';
import { bucketConfig, queueConfig, searchConfig } from '../../lib/config/connections.ts';
import { readEnvironment } from '../../lib/config/environment.ts';
import { FUNCTION_VARIABLES } from '../../lib/config/functions.ts';
import { createLog } from '../../lib/log/log.ts';
import { currentGeneration } from '../../lib/opensearch/bootstrap.ts';
import { createDumpRegister } from '../../lib/opensearch/dump-register.ts';
import { createSearchClient } from '../../lib/opensearch/search-client.ts';
import { createMessageQueue } from '../../lib/queue/sqs-message-queue.ts';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import { createSplitHandler } from './handler.ts';

const values = readEnvironment(FUNCTION_VARIABLES.split, process.env);
const client = createSearchClient(searchConfig(values));

export const handler = createSplitHandler({
  store: createObjectStore(bucketConfig(values)),
  queue: createMessageQueue(queueConfig(values)),
  dumps: createDumpRegister(client),
  currentGeneration: () => currentGeneration(client),
  chunks: { targetBytes: values.SMARTIDS_CHUNK_TARGET_BYTES, maxRecords: values.SMARTIDS_CHUNK_MAX_RECORDS },
  flows: { maxOpenFlows: values.SMARTIDS_MAX_OPEN_FLOWS },
  decompression: { maxDecompressedBytes: values.SMARTIDS_MAX_DECOMPRESSED_BYTES },
  log: createLog({ level: values.SMARTIDS_LOG_LEVEL, name: 'split' }),
  clock: () => new Date(),
  newAttempt: () => randomUUID(),
});
