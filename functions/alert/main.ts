// alert: the wiring: bucket and index as the environment names them.

import { setTimeout as sleep } from 'node:timers/promises';
import { bucketConfig, searchConfig } from '../../lib/config/connections.ts';
import { readEnvironment } from '../../lib/config/environment.ts';
import { FUNCTION_VARIABLES } from '../../lib/config/functions.ts';
import { createLog } from '../../lib/log/log.ts';
import { createAlertStore } from '../../lib/opensearch/alert-store.ts';
import { createDumpRegister } from '../../lib/opensearch/dump-register.ts';
import { createSearchClient } from '../../lib/opensearch/search-client.ts';
import { createSearchIndex } from '../../lib/opensearch/search-index.ts';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import { createHandler } from './handler.ts';

const values = readEnvironment(FUNCTION_VARIABLES.alert, process.env);
const client = createSearchClient(searchConfig(values));

export const handler = createHandler({
  store: createObjectStore(bucketConfig(values)),
  dumps: createDumpRegister(client),
  alerts: createAlertStore(client),
  index: createSearchIndex(client),
  riskWeights: { packetModelPoints: values.SMARTIDS_PACKET_MODEL_RISK_POINTS },
  log: createLog({ level: values.SMARTIDS_LOG_LEVEL, name: 'alert' }),
  clock: () => new Date(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
});
