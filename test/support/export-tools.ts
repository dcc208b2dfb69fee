// support: the Python that exports the packet model, with torch and transformers: installed once, outside the checkout.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { virtualEnvironment } from '../../local/python/virtual-environment.ts';

export { INSTALL_LIMIT_MS } from '../../local/python/virtual-environment.ts';

const environment = virtualEnvironment('export');
export const exportFolder = environment.folder;
export const exportPython = environment.python;

const PYTHON_ENVIRONMENT = {
  ...process.env,
  ...{ PYTHONDONTWRITEBYTECODE: '1', HF_HUB_OFFLINE: '1', OMP_NUM_THREADS: '1' },
};

/** @throws where they could not be installed. */
export function requireExportTools(): void {
  environment.install();
}

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The Python tests beside the scripts of a folder under triton/, by the Python that has what they need. */
export function runPytest(folder: string, python: string): Answer {
  const options = { encoding: 'utf8', env: PYTHON_ENVIRONMENT, cwd: join(exportFolder, '..', folder) } as const;
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'];
  const { status, stdout, stderr } = spawnSync(python, args, options);
  return { status, stdout, stderr };
}

/** Runs one of the scripts of triton/export. */
export function runExportScript(script: string, args: readonly string[], input = ''): Answer {
  const options = { encoding: 'utf8', input, env: PYTHON_ENVIRONMENT, maxBuffer: 2 ** 30 } as const;
  const { status, stdout, stderr } = spawnSync(exportPython, [join(exportFolder, script), ...args], options);
  return { status, stdout, stderr };
}
