// bench: our passes beside their rivals, on one file of each of three sizes and one core: node rivals.ts [--install] [--sizes 1,4].
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BulkResult, writeBulk } from '../../local/generate/bulk.ts';
import { type Measurement, measure } from './rivals/measure.ts';
import { type Contender, OUR_PASSES, type Pass, RIVALS } from './rivals/rivals.ts';

/** Bytes at 1×; at 4× it is the mix of a million packets that the goals were set on. */
const UNIT_BYTES = Number(process.env['SMARTIDS_BENCH_BYTES'] ?? 182e6);
const SEED = 1;
/** What takes less is measured twice: the better of two, for what disturbs only ever adds. */
const SHORT_SECONDS = 10;

const { values: options } = parseArgs({
  options: { install: { type: 'boolean', default: false }, sizes: { type: 'string', default: '1,4,16' } },
});
const folder = await mkdtemp(join(tmpdir(), 'smart-ids-bench-'));

function line(name: string, { bytes, records }: BulkResult, { cpuSeconds, peakMebibytes }: Measurement): string {
  const figures = [
    `${cpuSeconds.toFixed(2)} s`,
    `${Math.round(bytes / 1e6 / cpuSeconds)} MB/s`,
    `${(records / 1e6 / cpuSeconds).toFixed(2)} M packets/s`,
    `peak ${Math.round(peakMebibytes)} MiB`,
  ];
  return `  ${name.padEnd(36)} ${figures.map((text) => text.padStart(17)).join('')}`;
}

const missing = new Set<string>();

function isThere(rival: Contender): boolean {
  if (rival.isInstalled === undefined || rival.isInstalled()) return true;
  if (options.install && rival.install?.() === true && rival.isInstalled()) return true;
  missing.add(rival.name);
  return false;
}

async function best(command: readonly string[]): Promise<Measurement> {
  const first = await measure(command);
  if (first.cpuSeconds > SHORT_SECONDS) return first;
  const second = await measure(command);
  return first.cpuSeconds <= second.cpuSeconds ? first : second;
}

function printRatios(rival: Contender, theirs: Measurement, ours: ReadonlyMap<Pass, Measurement>): void {
  const ratios = [...ours].map(([pass, { cpuSeconds }]) => {
    const ratio = theirs.cpuSeconds / cpuSeconds;
    const goal = rival.reach?.[pass];
    const verdict = goal === undefined ? '' : ` (${ratio >= goal ? 'reached' : 'MISSED'}: ≥ ${goal})`;
    return `${pass} ${ratio.toFixed(2)} ×${verdict}`;
  });
  console.log(`    as fast as this, our ${ratios.join(', ')}`);
}

async function atSize(size: number): Promise<void> {
  const file = join(folder, `mix-${size}.pcap`);
  const mix = await writeBulk(file, { targetBytes: UNIT_BYTES * size, seed: SEED });
  console.log(`\n${size} ×: ${mix.bytes} bytes, ${mix.records} packets`);
  const ours = new Map<Pass, Measurement>();
  for (const { name, command, pass } of OUR_PASSES) {
    const measurement = await best(command(file));
    if (pass !== undefined) ours.set(pass, measurement);
    console.log(line(name, mix, measurement));
  }
  for (const rival of RIVALS) {
    if (!isThere(rival)) continue;
    const measurement = await best(rival.command(file));
    console.log(line(rival.name, mix, measurement));
    printRatios(rival, measurement, ours);
  }
  await rm(file);
}

try {
  console.log('user and system seconds of a process and its children, all of it on one core');
  for (const size of options.sizes.split(',').map(Number)) await atSize(size);
  for (const name of missing) console.log(`not installed, not measured: ${name} (npm run bench -- --install)`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
