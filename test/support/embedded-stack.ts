// support: the whole product over a temporary folder, on free ports, for tests that drive it from outside.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { createLog } from '../../lib/log/log.ts';
import { type ApiClient, createApiClient } from '../../local/cli/api-client.ts';
import { mintCredentials, type StackCredentials } from '../../local/stack/credentials.ts';
import { type Stack, type StackOptions, startStack } from '../../local/stack/stack.ts';

export const TEST_BUCKET = 'smart-ids';
export const TEST_REGION = 'us-east-1';

export interface TestStack extends Stack {
  readonly dataDir: string;
  readonly credentials: StackCredentials;
  readonly api: ApiClient;
  readonly s3: S3Client;
  /** A request to the API with its key; `path` begins with a slash. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Ends the stack and removes its folder. */
  remove(): Promise<void>;
}

/** Over a fresh folder, or over one that an earlier stack left behind. */
export async function startTestStack(
  options: {
    readonly dataDir?: string;
    readonly credentials?: StackCredentials;
    readonly variables?: StackOptions['variables'];
    readonly searchProxy?: StackOptions['searchProxy'];
  } = {},
): Promise<TestStack> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'smart-ids-test-'));
  const credentials = options.credentials ?? mintCredentials();
  const level = process.env['SMARTIDS_LOG_LEVEL'] ?? 'silent';
  const stack = await startStack({
    dataDir,
    host: '127.0.0.1',
    ports: { api: 0, s3: 0, sqs: 0, search: 0 },
    bucket: TEST_BUCKET,
    region: TEST_REGION,
    credentials,
    searchMemoryMib: 256,
    searchProxy: options.searchProxy,
    variables: { SMARTIDS_LOG_LEVEL: level, ...options.variables },
    log: createLog({ level, name: 'test' }),
  });
  const s3 = new S3Client({
    region: TEST_REGION,
    endpoint: stack.s3Url,
    forcePathStyle: true,
    credentials: credentials.s3,
  });
  return {
    ...stack,
    dataDir,
    credentials,
    api: createApiClient({ url: stack.apiUrl, apiKey: credentials.apiKey }),
    s3,
    request: (path, init = {}) =>
      fetch(new URL(path, stack.apiUrl), {
        ...init,
        headers: { authorization: `Bearer ${credentials.apiKey}`, ...init.headers },
      }),
    async remove() {
      s3.destroy();
      await stack.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
