// support: NFStream, which the bench is measured against and flows are compared with: one version, in a folder of its own.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const NFSTREAM_VERSION = '6.6.0';
const venv = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'smart-ids',
  `nfstream-${NFSTREAM_VERSION}`,
);

export const nfstreamPython = join(venv, 'bin', 'python');

function hasNfstream(): boolean {
  return spawnSync(nfstreamPython, ['-c', 'import nfstream'], { stdio: 'ignore' }).status === 0;
}

export function isNfstreamInstalled(): boolean {
  return existsSync(nfstreamPython) && hasNfstream();
}

function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

/** From PyPI, through pip; false where that did not work. */
export function installNfstream(): boolean {
  return (
    runs('python3', '-m', 'venv', venv) &&
    runs(join(venv, 'bin', 'pip'), 'install', '-q', '--disable-pip-version-check', `nfstream==${NFSTREAM_VERSION}`) &&
    hasNfstream()
  );
}
