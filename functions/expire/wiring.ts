// expire: its real dependencies, from the environment; for the Lambda function and the local schedule alike.

import { bucketConfig, searchConfig } from '../../lib/config/connections.ts';
import { type Environment, readEnvironment } from '../../lib/config/environment.ts';
import { FUNCTION_VARIABLES } from '../../lib/config/functions.ts';
import { retentionPolicy } from '../../lib/config/retention.ts';
import { createLog } from '../../lib/log/log.ts';
import { createDumpRegister } from '../../lib/opensearch/dump-register.ts';
import { createGenerationStore } from '../../lib/opensearch/generations.ts';
import { createSearchClient } from '../../lib/opensearch/search-client.ts';
import { createSearchIndex } from '../../lib/opensearch/search-index.ts';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import { createHandler } from './handler.ts';

export function createExpireHandler(
  env: Environment,
  clock: () => Date = () => new Date(),
): ReturnType<typeof createHandler> {
  const values = readEnvironment(FUNCTION_VARIABLES.expire, env);
  const client = createSearchClient(searchConfig(values));
  return createHandler({
    store: createObjectStore(bucketConfig(values)),
    dumps: createDumpRegister(client),
    search: createSearchIndex(client),
    generations: createGenerationStore(client),
    policy: retentionPolicy(values),
    log: createLog({ level: values.SMARTIDS_LOG_LEVEL, name: 'expire' }),
    clock,
  });
}
