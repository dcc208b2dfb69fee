// cli: the stack that runs over the data folder, reached by its API.

import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { loadCredentials } from '../stack/credentials.ts';
import { findOwner } from '../stack/data-folder.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { readSettings } from './settings.ts';

/** @throws PipelineError `not-found` where none runs. */
export async function runningStack(): Promise<ApiClient> {
  const { SMARTIDS_DATA_DIR: dataDir } = readSettings();
  const owner = await findOwner(dataDir);
  if (owner === undefined) {
    const message = `no server runs over ${dataDir}; start one (npm start), or set SMARTIDS_DATA_DIR to its folder`;
    throw new PipelineError('not-found', message, { permanent: true });
  }
  return createApiClient({ url: owner.apiUrl, apiKey: loadCredentials(dataDir).apiKey });
}
