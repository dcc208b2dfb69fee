// bench: how much memory split takes at its worst, in a process of its own, beside what it may take: node bounds.ts [name…].
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBulk } from '../../local/generate/bulk.ts';
import { writeSynFlood } from '../../local/generate/syn-flood.ts';
import { measure } from './rivals/measure.ts';
import { ourPass } from './rivals/rivals.ts';

const GIBIBYTE = 1024 ** 3;
const TIMEOUT_MS = 900_000;

interface Case {
  readonly name: string;
  readonly capMebibytes: number;
  readonly write: (path: string) => Promise<unknown>;
}

const office = (gibibytes: number) => (path: string) => writeBulk(path, { targetBytes: gibibytes * GIBIBYTE, seed: 1 });

/** Issue 4, "Bounds". */
const CASES: readonly Case[] = [
  {
    name: 'flood: 10 M packets, a flow each',
    capMebibytes: 1024,
    write: (path) => writeSynFlood(path, { packets: 10_000_000, packetsPerSecond: 100_000 }),
  },
  {
    name: 'line: 5 GiB at 10 Gb/s',
    capMebibytes: 512,
    write: (path) => writeBulk(path, { targetBytes: 5 * GIBIBYTE, seed: 1, bitsPerSecond: 10e9 }),
  },
  { name: 'office: 1 GiB', capMebibytes: 512, write: office(1) },
  { name: 'office: 5 GiB', capMebibytes: 512, write: office(5) },
];

const wanted = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'smart-ids-bounds-'));
try {
  for (const { name, capMebibytes, write } of CASES) {
    if (wanted.length > 0 && !wanted.some((word) => name.startsWith(word))) continue;
    const file = join(folder, 'case.pcap');
    await write(file);
    const { size } = await stat(file);
    const { peakMebibytes, cpuSeconds } = await measure(ourPass('split-with-facts')(file), TIMEOUT_MS);
    const isWithin = peakMebibytes < capMebibytes;
    const figures = `peak ${Math.round(peakMebibytes)} MiB of ${capMebibytes}, ${Math.round(size / 1e6 / cpuSeconds)} MB/s of CPU`;
    console.log(`${name.padEnd(34)} ${figures}${isWithin ? '' : ': OVER'}`);
    if (!isWithin) process.exitCode = 1;
    await rm(file);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
