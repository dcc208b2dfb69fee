// cli: an embedded stack in a temporary folder, gone when the command is done, however it ends.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { createLog } from '../../lib/log/log.ts';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { mintCredentials } from '../stack/credentials.ts';
import { startStack } from '../stack/stack.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { noticeModelServer } from './model-server-notice.ts';
import { readSettings, stackOptions } from './settings.ts';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Run `work` against a fresh stack; Ctrl-C aborts its signal, and the folder is removed in any case. */
export async function withTemporaryStack<T>(
  work: (api: ApiClient, signal: AbortSignal, bucket: ObjectStore) => Promise<T>,
): Promise<T> {
  const settings = readSettings();
  const dataDir = mkdtempSync(join(tmpdir(), 'smart-ids-'));
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const controller = new AbortController();
  const stop = () => controller.abort(new Error('stopped by a signal'));
  // Kept until the folder is gone: a second signal, from an impatient hand or a group and its leader, changes nothing.
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  try {
    // A scan's own report names every failure: the log speaks only where it was asked to.
    const level = process.env['SMARTIDS_LOG_LEVEL'] ? settings.SMARTIDS_LOG_LEVEL : 'error';
    const log = createLog({ level, name: 'scan' });
    const credentials = mintCredentials();
    const options = stackOptions(settings, { dataDir, anyPorts: true, credentials, log });
    const variables = { ...options.variables, SMARTIDS_LOG_LEVEL: level };
    const stack = await startStack({ ...options, variables, isTemporary: true });
    try {
      const { bucket, region } = options;
      const store = createObjectStore({ bucket, region, endpoint: stack.s3Url, ...credentials.s3 });
      await noticeModelServer(stack.apiUrl);
      controller.signal.throwIfAborted();
      return await work(createApiClient({ url: stack.apiUrl, apiKey: credentials.apiKey }), controller.signal, store);
    } finally {
      await stack.close();
    }
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    throw new PipelineError('aborted', 'stopped; nothing is left behind', { permanent: true, cause: error });
  } finally {
    removeFolder();
    process.off('exit', removeFolder);
    for (const signal of STOP_SIGNALS) process.off(signal, stop);
  }
}
