// support: the Python that exports the packet model, with torch and transformers: installed once, outside the checkout.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const exportFolder = join(import.meta.dirname, '..', '..', 'triton', 'export');
const requirements = join(exportFolder, 'requirements.txt');
const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'smart-ids');
const venv = join(cache, `export-${version}`);

const PYTHON_ENVIRONMENT = {
  ...process.env,
  ...{ PYTHONDONTWRITEBYTECODE: '1', HF_HUB_OFFLINE: '1', OMP_NUM_THREADS: '1' },
};

export const exportPython = join(venv, 'bin', 'python');

/** Long enough for a cold install: torch and what it needs are 2.5 GB to fetch. */
export const INSTALL_LIMIT_MS = 1_200_000;

/** One process installs, the others wait for it: the lock falls with its holder. */
const INSTALL = `
test -f "$1/installed" && exit 0
echo "installing the packages of triton/export/requirements.txt, once" >&2
rm -rf "$1" && python3 -m venv "$1" &&
"$1/bin/python" -m pip install -q --disable-pip-version-check --no-cache-dir -r "$2" && touch "$1/installed"`;

/** @throws where they could not be installed. */
export function requireExportTools(): void {
  mkdirSync(cache, { recursive: true });
  const { status } = spawnSync('flock', [`${venv}.lock`, 'sh', '-c', INSTALL, 'sh', venv, requirements], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: INSTALL_LIMIT_MS,
  });
  if (status !== 0) throw new Error(`the packages of ${requirements} could not be installed from PyPI`);
}

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The Python tests beside the scripts of a folder under triton/. */
export function runPytest(folder: string): Answer {
  const options = { encoding: 'utf8', env: PYTHON_ENVIRONMENT, cwd: join(exportFolder, '..', folder) } as const;
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'];
  const { status, stdout, stderr } = spawnSync(exportPython, args, options);
  return { status, stdout, stderr };
}

/** Runs one of the scripts of triton/export. */
export function runExportScript(script: string, args: readonly string[], input = ''): Answer {
  const options = { encoding: 'utf8', input, env: PYTHON_ENVIRONMENT, maxBuffer: 2 ** 30 } as const;
  const { status, stdout, stderr } = spawnSync(exportPython, [join(exportFolder, script), ...args], options);
  return { status, stdout, stderr };
}
