// real: a Triton server on free loopback ports over models that are run by onnxruntime, one thread each.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireTriton } from './triton-install.ts';

const READY_TIMEOUT_MS = 90_000;
const POLL_MS = 50;
const STOP_TIMEOUT_MS = 20_000;

export interface TritonModel {
  /** In Triton's repository. */
  readonly name: string;
  /** Folder of the source repository whose `<version>/model.onnx` it runs; its name where left out. */
  readonly source?: string;
  readonly versions?: readonly string[];
  /** Rows of a request at most; 0, the default, is no batching. Unless the source has a config.pbtxt. */
  readonly maxBatch?: number;
  /** Lines for config.pbtxt beyond backend, batch and instances. */
  readonly config?: string;
  /** Instead of running model.onnx: a whole model.py. `config` then names inputs and outputs. */
  readonly program?: string;
}

export interface TritonOptions {
  /** Folder with `<model>/<version>/model.onnx`, and `<model>/config.pbtxt` where a model has one. */
  readonly repository: string;
  readonly models: readonly (string | TritonModel)[];
  /** Instances of each model: so many inferences at a time. */
  readonly instances?: number;
  /** More arguments of tritonserver. */
  readonly args?: readonly string[];
  /** Ports of a server of before, to be its successor. */
  readonly ports?: TritonPorts;
}

export interface TritonPorts {
  readonly grpc: number;
  readonly http: number;
  readonly metrics: number;
}

export interface Triton {
  /** `grpc://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** The same, as createTritonModelServer takes it. */
  readonly address: { readonly target: string; readonly tls: false };
  readonly httpEndpoint: string;
  readonly metricsPort: number;
  readonly ports: TritonPorts;
  /** What it wrote so far. */
  log(): string;
  /** Ends it in order, and removes its folder. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** It stands still: connections stay, nothing is answered. */
  pause(): void;
  resume(): void;
  /** Only with `--model-control-mode=explicit`: what it has under this name gives way. Rejects if the new one does not load. */
  replaceModel(model: TritonModel): Promise<void>;
  removeModel(name: string): Promise<void>;
}

/** Resolves when it is ready. */
export async function startTriton(options: TritonOptions): Promise<Triton> {
  const { program, backends, environment } = requireTriton();
  const ports = options.ports ?? (await freePorts());
  const folder = mkdtempSync(join(tmpdir(), 'smart-ids-triton-'));
  const repository = join(folder, 'models');
  mkdirSync(repository);
  for (const model of options.models) {
    buildModel(options, typeof model === 'string' ? { name: model } : model, join(repository));
  }
  const args = [
    ...[`--backend-directory=${backends}`, `--model-repository=${repository}`],
    ...['--http-address=127.0.0.1', '--grpc-address=127.0.0.1', '--metrics-address=127.0.0.1'],
    ...[`--http-port=${ports.http}`, `--grpc-port=${ports.grpc}`, `--metrics-port=${ports.metrics}`],
    // A model that cannot be loaded does not keep the others from being served.
    ...['--exit-on-error=false', '--strict-readiness=false', '--exit-timeout-secs=5'],
    ...(options.args ?? []),
  ];
  const logFile = join(folder, 'log');
  const output = openSync(logFile, 'w');
  // A group of its own: the models' processes go with it.
  const child = spawn(program, args, {
    env: environment,
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
  const end = (signal: NodeJS.Signals) => endGroup(child, signal, folder);
  const endWithUs = () => signalGroup(child, 'SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));

  const httpEndpoint = `http://127.0.0.1:${ports.http}`;
  try {
    await untilReady(child, httpEndpoint);
  } catch (error) {
    const words = log().split('\n').slice(-30).join('\n');
    await end('SIGKILL');
    throw new Error(`Triton did not start: ${words}`, { cause: error });
  }
  return {
    endpoint: `grpc://127.0.0.1:${ports.grpc}`,
    address: { target: `127.0.0.1:${ports.grpc}`, tls: false },
    httpEndpoint,
    metricsPort: ports.metrics,
    ports,
    log,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    pause: () => signalGroup(child, 'SIGSTOP'),
    resume: () => signalGroup(child, 'SIGCONT'),
    replaceModel: async (model) => {
      await control('unload', model.name);
      rmSync(join(repository, model.name), { recursive: true, force: true });
      buildModel(options, model, repository);
      await control('load', model.name);
    },
    removeModel: async (name) => {
      await control('unload', name);
      rmSync(join(repository, name), { recursive: true, force: true });
    },
  };

  async function control(verb: 'load' | 'unload', model: string): Promise<void> {
    const reply = await fetch(`${httpEndpoint}/v2/repository/models/${model}/${verb}`, { method: 'POST' });
    if (!reply.ok) throw new Error(`${verb} ${model}: ${await reply.text()}`);
    const isThere = async () => (await fetch(`${httpEndpoint}/v2/models/${model}/ready`)).ok;
    while ((await isThere()) !== (verb === 'load')) await sleep(POLL_MS);
  }
}

/** model.py that runs the model.onnx beside it. */
export const ONNX_PROGRAM = readFileSync(new URL('./onnx-model.py', import.meta.url), 'utf8');

function buildModel({ repository, instances = 1 }: TritonOptions, model: TritonModel, target: string): void {
  const { name, source = name, versions = ['1'], maxBatch = 0, config = '', program = ONNX_PROGRAM } = model;
  const given = join(repository, source, 'config.pbtxt');
  const own = existsSync(given)
    ? readFileSync(given, 'utf8').replaceAll(/^(name|backend|platform|instance_group):?.*$/gm, '')
    : `max_batch_size: ${maxBatch}`;
  const head = `name: "${name}"\nbackend: "python"\ninstance_group [{ kind: KIND_CPU, count: ${instances} }]\n`;
  const versionPolicy = own.includes('version_policy') ? '' : 'version_policy: { all {} }\n';
  mkdirSync(join(target, name));
  writeFileSync(join(target, name, 'config.pbtxt'), `${head}${versionPolicy}${own}\n${config}\n`);
  for (const version of versions) {
    const folder = join(target, name, version);
    mkdirSync(folder);
    writeFileSync(join(folder, 'model.py'), program);
    const onnx = resolve(repository, source, version, 'model.onnx');
    if (existsSync(onnx)) symlinkSync(onnx, join(folder, 'model.onnx'));
  }
}

/** No server here takes a port 0: three that were free a moment ago. */
export async function freePorts(): Promise<TritonPorts> {
  const servers = [createServer(), createServer(), createServer()];
  const [grpc = 0, http = 0, metrics = 0] = await Promise.all(
    servers.map(async (server) => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return { grpc, http, metrics };
}

export async function untilReady(child: ChildProcess, httpEndpoint: string): Promise<void> {
  const until = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended');
    const reply = await fetch(`${httpEndpoint}/v2/health/ready`).catch(() => undefined);
    if (reply?.ok === true) return;
    await sleep(POLL_MS);
  }
  throw new Error(`it was not ready within ${READY_TIMEOUT_MS} ms`);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // gone already
  }
}

export async function endGroup(child: ChildProcess, signal: NodeJS.Signals, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    signalGroup(child, 'SIGCONT');
    // In order: the server itself ends its models' processes.
    if (signal === 'SIGTERM') child.kill('SIGTERM');
    else signalGroup(child, signal);
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }
  // What outlived its server.
  signalGroup(child, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
