// local: the Python beside the models, with a folder's requirements: installed once, in a cache outside the checkout.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const TRITON = join(import.meta.dirname, '..', '..', 'triton');

/** Long enough for a cold install: torch and what it needs are 2.5 GB to fetch. */
export const INSTALL_LIMIT_MS = 1_200_000;

/** One process installs, the others wait for it: the lock falls with its holder. */
const INSTALL = `
test -f "$1/installed" && exit 0
echo "installing the packages of $3, once" >&2
rm -rf "$1" && python3 -m venv "$1" &&
"$1/bin/python" -m pip install -q --disable-pip-version-check --no-cache-dir -r "$2" && touch "$1/installed"`;

export interface VirtualEnvironment {
  /** The folder under triton/ that it is for. */
  readonly folder: string;
  readonly python: string;
  /** @throws where the packages could not be installed. */
  install(): void;
}

/** What our tools keep between runs and anybody may delete. */
const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'smart-ids');

/** Of `triton/<name>`; another version of its requirements.txt is another environment. */
export function virtualEnvironment(name: string): VirtualEnvironment {
  const folder = join(TRITON, name);
  const requirements = join(folder, 'requirements.txt');
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const path = join(cacheFolder, `${name}-${version}`);
  return {
    folder,
    python: join(path, 'bin', 'python'),
    install() {
      mkdirSync(cacheFolder, { recursive: true });
      const shown = `triton/${name}/requirements.txt`;
      const { status } = spawnSync('flock', [`${path}.lock`, 'sh', '-c', INSTALL, 'sh', path, requirements, shown], {
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: INSTALL_LIMIT_MS,
      });
      if (status !== 0) throw new Error(`the packages of ${shown} could not be installed from PyPI`);
    },
  };
}
