// bench: the two engines that are compared: how they are started, watched and ended.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSearchClient, type SearchClient } from '../../../lib/opensearch/search-client.ts';
import { startOpenSearch } from '../../real/opensearch-server.ts';

export interface Rival {
  readonly name: string;
  readonly client: SearchClient;
  /** So far, of the process and its threads. */
  readonly cpuSeconds: () => number;
  readonly memory: () => { readonly nowMebibytes: number; readonly peakMebibytes: number };
  readonly diskBytes: () => number;
  readonly close: () => Promise<void>;
}

export interface EmbeddedOptions {
  readonly memoryMib: number;
  readonly threads: number;
}

const OPENSEARCH_HEAP_MIB = 2_048;
const TICKS_A_SECOND = 100;
const REQUEST_TIMEOUT_MS = 600_000;

function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

function memoryOf(pid: number): { nowMebibytes: number; peakMebibytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
  return { nowMebibytes: read('VmRSS'), peakMebibytes: read('VmHWM') };
}

function bytesBelow(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}

function watched(pid: number): Pick<Rival, 'cpuSeconds' | 'memory'> {
  return { cpuSeconds: () => cpuSecondsOf(pid), memory: () => memoryOf(pid) };
}

export async function startEmbedded({ memoryMib, threads }: EmbeddedOptions): Promise<Rival> {
  const folder = mkdtempSync(join(tmpdir(), 'smart-ids-search-bench-'));
  const options = {
    file: join(folder, 'index.duckdb'),
    host: '127.0.0.1',
    port: 0,
    memoryLimitMiB: memoryMib,
    threads,
  };
  const child: ChildProcess = fork(join(import.meta.dirname, 'engine-process.ts'), [JSON.stringify(options)], {
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
  });
  const [endpoint] = (await once(child, 'message')) as [string];
  const client = createSearchClient({ node: endpoint, requestTimeoutMs: REQUEST_TIMEOUT_MS });
  return {
    name: 'embedded',
    client,
    ...watched(child.pid ?? 0),
    diskBytes: () => bytesBelow(folder),
    close: async () => {
      await client.close();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function startRival(): Promise<Rival> {
  const server = await startOpenSearch({ heapMiB: OPENSEARCH_HEAP_MIB });
  const { pid, dataFolder } = server;
  if (pid === undefined || dataFolder === undefined)
    throw new Error('OPENSEARCH_TEST_URL names a server whose memory and disk cannot be seen: unset it');
  const client = createSearchClient({ node: server.endpoint, requestTimeoutMs: REQUEST_TIMEOUT_MS });
  return {
    name: 'OpenSearch',
    client,
    ...watched(pid),
    diskBytes: () => bytesBelow(dataFolder),
    close: async () => {
      await client.close();
      await server.close();
    },
  };
}
