// real: an OpenSearch of one node on a free loopback port, with a folder of its own for data, settings and logs.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenSearchInstallation, requireOpenSearch } from './opensearch-install.ts';
import { endGroup, freePorts } from './triton-server.ts';

/** A cold start takes 25 to 60 s of two idle cores. */
export const OPENSEARCH_READY_TIMEOUT_MS = 240_000;
const POLL_MS = 250;
/** Who it runs as where we are root: it refuses root. Any id will do, none needs an account. */
const OTHER_USER = 1_500;

export interface OpenSearch {
  readonly endpoint: string;
  /** Undefined where the server is somebody else's (OPENSEARCH_TEST_URL). */
  readonly pid: number | undefined;
  /** Where its index lies; undefined as above. */
  readonly dataFolder: string | undefined;
  close(): Promise<void>;
}

export interface OpenSearchOptions {
  readonly heapMiB?: number;
  /** Lines of opensearch.yml beyond those that name folders, address and ports. */
  readonly settings?: readonly string[];
}

/**
 * Resolves when it answers. Where OPENSEARCH_TEST_URL names one that runs already, that one is taken, and left
 * running: whoever writes a test starts it once.
 */
export async function startOpenSearch(options: OpenSearchOptions = {}): Promise<OpenSearch> {
  const running = process.env['OPENSEARCH_TEST_URL'];
  if (running !== undefined) {
    return { endpoint: running, pid: undefined, dataFolder: undefined, close: async () => undefined };
  }
  const installation = requireOpenSearch();
  const { http, metrics: transport } = await freePorts();
  const folder = mkdtempSync(join(tmpdir(), 'smart-ids-opensearch-'));
  const isRoot = process.getuid?.() === 0;
  const settings = [
    ...['cluster.name: smart-ids-test', 'discovery.type: single-node', 'network.host: 127.0.0.1'],
    ...[`http.port: ${http}`, `transport.port: ${transport}`],
    ...[`path.data: ${join(folder, 'data')}`, `path.logs: ${join(folder, 'logs')}`],
    // A disk that others fill is no reason to refuse our few documents.
    'cluster.routing.allocation.disk.threshold_enabled: false',
    ...(options.settings ?? []),
  ];
  prepareFolder(folder, installation, settings, options.heapMiB ?? 1_024);
  if (isRoot) giveTo(folder, OTHER_USER);
  const program = join(installation.home, 'bin', 'opensearch');
  const drop = ['setpriv', `--reuid=${OTHER_USER}`, `--regid=${OTHER_USER}`, '--clear-groups'];
  const [command = program, ...args] = isRoot ? [...drop, program] : [program];
  const child = spawn(command, args, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      OPENSEARCH_JAVA_HOME: installation.javaHome,
      OPENSEARCH_PATH_CONF: join(folder, 'config'),
      OPENSEARCH_TMPDIR: join(folder, 'tmp'),
    },
    stdio: 'ignore',
    detached: true,
  });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  const endpoint = `http://127.0.0.1:${http}`;
  try {
    await untilReady(child, endpoint);
  } catch (error) {
    const log = join(folder, 'logs', 'smart-ids-test.log');
    const words = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-30).join('\n') : 'without a word';
    await endGroup(child, 'SIGKILL', folder);
    throw new Error(`OpenSearch did not start: ${words}`, { cause: error });
  }
  return {
    endpoint,
    pid: child.pid,
    dataFolder: join(folder, 'data'),
    close: () => endGroup(child, 'SIGTERM', folder),
  };
}

function prepareFolder(
  folder: string,
  { home }: OpenSearchInstallation,
  settings: readonly string[],
  heapMiB: number,
): void {
  for (const name of ['config', 'data', 'logs', 'tmp']) mkdirSync(join(folder, name));
  const config = join(folder, 'config');
  writeFileSync(join(config, 'opensearch.yml'), `${settings.join('\n')}\n`);
  copyFileSync(join(home, 'config', 'log4j2.properties'), join(config, 'log4j2.properties'));
  // Its collector's log would go into the installation, which is not the server's to write to.
  const options = readFileSync(join(home, 'config', 'jvm.options'), 'utf8')
    .split('\n')
    .filter((line) => !/^(-Xm[sx]|[^#]*(gc\.log|hs_err|HeapDump))/.test(line));
  writeFileSync(join(config, 'jvm.options'), [...options, `-Xms${heapMiB}m`, `-Xmx${heapMiB}m`, ''].join('\n'));
}

function giveTo(folder: string, user: number): void {
  chownSync(folder, user, user);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(folder, entry), user, user);
  }
}

async function untilReady(child: ChildProcess, endpoint: string): Promise<void> {
  const until = performance.now() + OPENSEARCH_READY_TIMEOUT_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended');
    const reply = await fetch(`${endpoint}/_cluster/health`).catch(() => undefined);
    if (reply?.ok === true) return;
    await sleep(POLL_MS);
  }
  throw new Error(`it was not ready within ${OPENSEARCH_READY_TIMEOUT_MS} ms`);
}
