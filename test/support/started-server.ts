// support: `smart-ids start` as a process of its own over a folder, for tests that kill it and start it again.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { type ApiClient, createApiClient } from '../../local/cli/api-client.ts';
import { loadCredentials } from '../../local/stack/credentials.ts';
import { TEST_REGION } from './embedded-stack.ts';

export const CLI = join(import.meta.dirname, '../../local/cli/main.ts');

export interface StartedServer {
  readonly process: ChildProcess;
  /** What it printed so far. */
  readonly output: () => string;
  readonly api: ApiClient;
  readonly s3: S3Client;
  /** Ends it at once, if it still runs. */
  kill(): Promise<void>;
}

/** Settings of a server in the folder, and of commands that find it there: on free ports, with nothing of ours beside. */
export function serverEnvironment(folder: string, more: Readonly<Record<string, string>> = {}) {
  return {
    ...{ PATH: process.env['PATH'], SMARTIDS_DATA_DIR: join(folder, 'data'), SMARTIDS_LOG_LEVEL: 'error' },
    ...{ SMARTIDS_PORT: '0', SMARTIDS_S3_PORT: '0', SMARTIDS_SQS_PORT: '0', SMARTIDS_OPENSEARCH_PORT: '0' },
    ...more,
  };
}

/** Resolves when it says where it listens. */
export async function startServer(folder: string, env: NodeJS.ProcessEnv): Promise<StartedServer> {
  const started = spawn(process.execPath, [CLI, 'start'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  started.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const kill = async (): Promise<void> => {
    if (started.exitCode !== null || started.signalCode !== null) return;
    started.kill('SIGKILL');
    await once(started, 'exit');
  };
  try {
    await expect.poll(() => output, { timeout: 30_000, interval: 50 }).toMatch(/S3 endpoint\s+http/);
  } catch (error) {
    await kill();
    throw error;
  }
  const credentials = loadCredentials(join(folder, 'data'));
  const url = /page\s+(http:\/\/[^/]+)\//.exec(output)?.[1] ?? '';
  const endpoint = /S3 endpoint\s+(http:\S+)/.exec(output)?.[1] ?? '';
  return {
    process: started,
    output: () => output,
    api: createApiClient({ url, apiKey: credentials.apiKey }),
    s3: new S3Client({ region: TEST_REGION, endpoint, forcePathStyle: true, credentials: credentials.s3 }),
    kill,
  };
}
