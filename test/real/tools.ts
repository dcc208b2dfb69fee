// real: the tools of others that a comparison needs, found or installed; a missing one is a failure, never a silent skip.
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What is built, installed or answered by others, outside the checkout. */
export const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'smart-ids');

const REQUIRED = ['tshark', 'capinfos'] as const;

function runs(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

function missing(): readonly string[] {
  return REQUIRED.filter((command) => !runs(command));
}

function apt(...args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
}

/** Installs tshark from the system's packages where it is absent and may be installed. @throws where it is absent still. */
export function requireTshark(): void {
  if (missing().length === 0) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && runs('apt-get')) {
    console.log(`test:real: installing tshark, for ${missing().join(' and ')}`);
    apt('update', '-qq') && apt('install', '-qq', '-y', '--no-install-recommends', 'tshark');
  }
  const absent = missing();
  if (absent.length === 0) return;
  const why = isRoot ? 'apt-get could not install them' : 'only root may install them';
  throw new Error(`${absent.join(' and ')} missing, and ${why}: apt-get install tshark`);
}

/** `4.0.17`. */
export function tsharkVersion(): string {
  const { stdout } = spawnSync('tshark', ['--version'], { encoding: 'utf8' });
  return /\((?:Wireshark|tshark)\) ([\d.]+)/i.exec(stdout)?.[1] ?? 'unknown';
}
