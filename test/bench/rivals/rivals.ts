// bench: who is measured beside us, how each is called and how it is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installNfstream, isNfstreamInstalled, NFSTREAM_VERSION, nfstreamPython } from '../../support/nfstream.ts';

const GOPACKET_VERSION = '1.1.19';
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'smart-ids');
const gopacket = join(cache, 'bench', `gopacket-${GOPACKET_VERSION}-modes`);
const ours = fileURLToPath(new URL('ours.ts', import.meta.url));

/** Passes that have goals. */
export type Pass = 'split' | 'split-with-facts';

export interface Contender {
  readonly name: string;
  readonly command: (file: string) => readonly string[];
  /** Speed that each of our passes must have, as a multiple of this one's (issue 4, "Speed"). */
  readonly reach?: Readonly<Partial<Record<Pass, number>>>;
  readonly isInstalled?: () => boolean;
  readonly install?: () => boolean;
}

/** As the command line starts Node, with the heap that split's thread has: the same allocator, the same kept code. */
const NODE = [
  ...['env', 'MALLOC_ARENA_MAX=2', `NODE_COMPILE_CACHE=${join(cache, 'bench', 'compiled')}`],
  ...[process.execPath, '--max-semi-space-size=4', '--max-old-space-size=160'],
];

export function ourPass(pass: string): (file: string) => readonly string[] {
  return (file) => [...NODE, ours, pass, file];
}

function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

function isOnPath(command: string): boolean {
  return spawnSync('bash', ['-c', 'command -v "$1"', 'which', command], { stdio: 'ignore' }).status === 0;
}

function fromApt(...packages: readonly string[]): () => boolean {
  return () => runs('apt-get', 'install', '-qq', '-y', '--no-install-recommends', ...packages);
}

function buildGopacket(): boolean {
  mkdirSync(join(cache, 'bench'), { recursive: true });
  const folder = fileURLToPath(new URL('gopacket', import.meta.url));
  return runs('go', 'build', '-C', folder, '-o', gopacket, '.');
}

const NFSTREAM_SCRIPT = `
import sys
from nfstream import NFStreamer
print(sum(1 for _ in NFStreamer(source=sys.argv[1], n_dissections=0, statistical_analysis=True, n_meters=1)))
`;

export const OUR_PASSES: readonly (Contender & { readonly pass: Pass | undefined })[] = [
  { name: 'ours: read and decode', command: ourPass('read'), pass: undefined },
  { name: 'ours: split, no application facts', command: ourPass('split'), pass: 'split' },
  { name: 'ours: split with facts', command: ourPass('split-with-facts'), pass: 'split-with-facts' },
  { name: 'ours: split and documents', command: ourPass('documents'), pass: undefined },
];

export const RIVALS: readonly Contender[] = [
  { name: 'cat', command: (file) => ['bash', '-c', 'cat "$1" > /dev/null', 'cat', file] },
  { name: 'bare loop in Node', command: ourPass('bare-loop') },
  {
    name: 'gopacket, packets, flow map',
    command: (file) => [gopacket, 'packet', file],
    reach: { split: 1, 'split-with-facts': 0.5 },
    isInstalled: () => existsSync(gopacket),
    install: buildGopacket,
  },
  {
    name: 'gopacket, layers in place, flow map',
    command: (file) => [gopacket, 'parser', file],
    isInstalled: () => existsSync(gopacket),
    install: buildGopacket,
  },
  {
    name: 'argus',
    command: (file) => ['argus', '-r', file, '-w', join(tmpdir(), `argus-${process.pid}`)],
    reach: { split: 2.5 },
    isInstalled: () => isOnPath('argus'),
    install: fromApt('argus-server'),
  },
  {
    name: 'nfpcapd',
    command: (file) => {
      const folder = join(tmpdir(), `nfpcapd-${process.pid}`);
      mkdirSync(folder, { recursive: true });
      return ['nfpcapd', '-r', file, '-l', folder];
    },
    isInstalled: () => isOnPath('nfpcapd'),
    install: fromApt('nfdump'),
  },
  {
    name: 'tshark, conversations',
    command: (file) => ['tshark', '-n', '-q', '-r', file, '-z', 'conv,tcp', '-z', 'conv,udp'],
    reach: { 'split-with-facts': 6 },
    isInstalled: () => isOnPath('tshark'),
    install: fromApt('tshark'),
  },
  {
    name: `NFStream ${NFSTREAM_VERSION}, statistics`,
    command: (file) => [nfstreamPython, '-c', NFSTREAM_SCRIPT, file],
    reach: { split: 15, 'split-with-facts': 8 },
    isInstalled: isNfstreamInstalled,
    install: installNfstream,
  },
  { name: 'pcap-parser, records only', command: ourPass('pcap-parser') },
];
