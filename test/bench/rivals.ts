// bench: our passes beside their rivals on one generated file, and our split alone at three sizes: node rivals.ts [--install].
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBulk } from '../../local/generate/bulk.ts';
import { type Measurement, measure } from './rivals/measure.ts';
import { type Contender, OUR_PASSES, ourPass, type Pass, RIVALS } from './rivals/rivals.ts';

/** The mix of a million packets. */
const MIX_BYTES = Number(process.env['SMARTIDS_BENCH_BYTES'] ?? 727e6);
const SIZES = [1, 4, 16] as const;
const SEED = 1;

const folder = await mkdtemp(join(tmpdir(), 'smart-ids-bench-'));

function line(name: string, bytes: number, records: number, { cpuSeconds, peakMebibytes }: Measurement): string {
  const figures = [
    `${cpuSeconds.toFixed(2)} s CPU`,
    `${Math.round(bytes / 1e6 / cpuSeconds)} MB/s`,
    `${(records / 1e6 / cpuSeconds).toFixed(2)} M packets/s`,
    `peak ${Math.round(peakMebibytes)} MiB`,
  ];
  return `${name.padEnd(34)} ${figures.map((text) => text.padStart(17)).join('')}`;
}

function isThere(rival: Contender): boolean {
  if (rival.isInstalled === undefined || rival.isInstalled()) return true;
  if (!process.argv.includes('--install')) return false;
  return rival.install?.() === true && rival.isInstalled();
}

/** The better of two runs: what disturbs only ever adds. */
async function best(command: readonly string[]): Promise<Measurement> {
  const runs = [await measure(command), await measure(command)] as const;
  return runs[0].cpuSeconds <= runs[1].cpuSeconds ? runs[0] : runs[1];
}

function printReached(rival: Contender, theirs: Measurement, ours: ReadonlyMap<Pass, Measurement>): void {
  for (const [pass, measurement] of ours) {
    const ratio = theirs.cpuSeconds / measurement.cpuSeconds;
    const goal = rival.reach?.[pass];
    const verdict = goal === undefined ? '' : `, ${ratio >= goal ? 'reached' : 'MISSED'}: ≥ ${goal}`;
    console.log(`    our ${pass.padEnd(10)} ${ratio.toFixed(2)} × as fast${verdict}`);
  }
}

async function besideRivals(): Promise<void> {
  const file = join(folder, 'mix.pcap');
  const { bytes, records } = await writeBulk(file, { targetBytes: MIX_BYTES, seed: SEED });
  console.log(
    `\none file, side by side: ${bytes} bytes, ${records} packets; CPU seconds are user + system of the process`,
  );
  const ours = new Map<Pass, Measurement>();
  for (const { name, command, pass } of OUR_PASSES) {
    const measurement = await best(command(file));
    if (pass !== undefined) ours.set(pass, measurement);
    console.log(line(name, bytes, records, measurement));
  }
  for (const rival of RIVALS) {
    if (!isThere(rival)) {
      console.log(`${rival.name.padEnd(34)} NOT INSTALLED: npm run bench -- --install`);
      continue;
    }
    const measurement = await measure(rival.command(file));
    console.log(line(rival.name, bytes, records, measurement));
    printReached(rival, measurement, ours);
  }
  await rm(file);
}

async function bySize(): Promise<void> {
  console.log('\nour split alone, by the size of the dump');
  for (const size of SIZES) {
    const file = join(folder, `mix-${size}.pcap`);
    const { records } = await writeBulk(file, { targetBytes: (MIX_BYTES / 4) * size, seed: SEED });
    const { size: bytes } = await stat(file);
    console.log(
      line(`${size} × ${Math.round(MIX_BYTES / 4e6)} MB`, bytes, records, await measure(ourPass('split')(file))),
    );
    await rm(file);
  }
}

try {
  await besideRivals();
  await bySize();
} finally {
  await rm(folder, { recursive: true, force: true });
}
