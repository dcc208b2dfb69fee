// real: MLServer, a second server of KServe v2 that shares no code with Triton.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './tools.ts';
import { run } from './triton-install.ts';
import { endGroup, freePorts, untilReady } from './triton-server.ts';

const PACKAGES = ['mlserver==1.7.1', 'onnxruntime==1.23.2'];
const venv = join(cacheFolder, PACKAGES.map((name) => name.replace('==', '-')).join('-'));
/** Written last: an installation that broke off is begun anew. */
const DONE = join(venv, 'installed');

/** @throws where Python, its venv or PyPI is not to be had. */
export function requireMlserver(): void {
  if (existsSync(DONE)) return;
  console.log(`test:real: installing MLServer (${PACKAGES.join(', ')}), some 400 MB`);
  rmSync(venv, { recursive: true, force: true });
  run('python3', '-m', 'venv', venv);
  run(join(venv, 'bin', 'pip'), 'install', '-q', '--disable-pip-version-check', ...PACKAGES);
  writeFileSync(DONE, '');
}

export interface Mlserver {
  readonly address: { readonly target: string; readonly tls: false };
  stop(): Promise<void>;
}

/** Version 1 of `models` from `repository`, where `<model>/1/model.onnx` lie. */
export async function startMlserver(repository: string, models: readonly string[]): Promise<Mlserver> {
  requireMlserver();
  const ports = await freePorts();
  const folder = mkdtempSync(join(tmpdir(), 'smart-ids-mlserver-'));
  const settings = {
    ...{ host: '127.0.0.1', grpc_port: ports.grpc, http_port: ports.http, metrics_port: ports.metrics },
    parallel_workers: 0,
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  copyFileSync(new URL('./onnx_mlserver.py', import.meta.url), join(folder, 'onnx_mlserver.py'));
  for (const name of models) {
    const target = join(folder, name);
    mkdirSync(target);
    copyFileSync(join(repository, name, '1', 'model.onnx'), join(target, 'model.onnx'));
    const parameters = { uri: './model.onnx', version: '1' };
    const model = { name, implementation: 'onnx_mlserver.OnnxModel', parameters };
    writeFileSync(join(target, 'model-settings.json'), JSON.stringify(model));
  }
  const env = { ...process.env, PYTHONPATH: folder };
  const options = { env, cwd: folder, stdio: 'ignore', detached: true } as const;
  const child = spawn(join(venv, 'bin', 'mlserver'), ['start', folder], options);
  try {
    await untilReady(child, `http://127.0.0.1:${ports.http}`);
  } catch (error) {
    await endGroup(child, 'SIGKILL', folder);
    throw error;
  }
  return {
    address: { target: `127.0.0.1:${ports.grpc}`, tls: false },
    stop: () => endGroup(child, 'SIGTERM', folder),
  };
}
