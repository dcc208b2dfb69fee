// real: the embedded stack in a process of its own, for tests that read what its functions log.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { StackOptions } from '../../local/stack/stack.ts';
import { TEST_BUCKET, TEST_REGION, type TestStack } from '../support/embedded-stack.ts';

export interface LogLine {
  readonly level: string;
  readonly service: string;
  readonly msg: string;
  readonly dumpId?: string;
  readonly err?: { readonly message: string };
}

/** What the child tells of itself on standard output, as one line. */
export type StackAddress = Pick<TestStack, 'apiUrl' | 's3Url' | 'credentials'>;

export interface StackProcess {
  readonly apiUrl: string;
  readonly apiKey: string;
  request(path: string, init?: RequestInit): Promise<Response>;
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** What was logged so far. */
  log(): readonly LogLine[];
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('stack-main.ts', import.meta.url));

export async function startStackProcess(variables: StackOptions['variables']): Promise<StackProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, ...variables, SMARTIDS_TEST_VARIABLES: JSON.stringify(variables) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: LogLine[] = [];
  const words: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    if (line.startsWith('{'))
      lines.push(JSON.parse(line) as LogLine); // pino wrote it
    else words.push(line);
  });
  const [first] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => [`null`]),
  ])) as [string];
  const address = JSON.parse(first) as StackAddress | null;
  if (address === null) throw new Error(`the stack did not start: ${words.join('\n')}`);
  const { apiUrl, s3Url, credentials } = address;
  const s3 = new S3Client({
    ...{ region: TEST_REGION, endpoint: s3Url, forcePathStyle: true },
    credentials: credentials.s3,
  });
  return {
    apiUrl,
    apiKey: credentials.apiKey,
    request: (path, init = {}) =>
      fetch(new URL(path, apiUrl), {
        ...init,
        headers: { authorization: `Bearer ${credentials.apiKey}`, ...init.headers },
      }),
    put: async (name, bytes) => {
      await s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: `dumps/${name}`, Body: bytes }));
    },
    log: () => lines,
    stop: async () => {
      s3.destroy();
      const ended = once(child, 'exit');
      // The end of its input is its signal: it ends with the test's process, too, however that ends.
      child.stdin.end();
      await ended;
    },
  };
}
