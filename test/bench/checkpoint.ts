// bench: size and seconds of a checkpoint, and the memory that writing and restoring it takes: `node test/bench/checkpoint.ts <capture> <records>`.

import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckpointPart } from '../../lib/checkpoint/checkpoint-manifest.ts';
import { packPart, unpackPart } from '../../lib/checkpoint/packed-part.ts';
import { StateReader } from '../../lib/checkpoint/state-reader.ts';
import { StateWriter } from '../../lib/checkpoint/state-writer.ts';
import { resumeSplit, splitCapture } from '../../lib/chunk/split-capture.ts';
import type { SplitPause } from '../../lib/chunk/split-output.ts';

interface Saved {
  readonly parts: readonly CheckpointPart[];
  readonly bytes: number;
}

interface Since {
  readonly clock: number;
  readonly cpu: number;
}

const MEBIBYTE = 1024 * 1024;
const mebibytes = (bytes: number) => `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
const peakRss = () => mebibytes(process.resourceUsage().maxRSS * 1024);
/** Seconds of the clock and of the process's CPU since then. */
const seconds = ({ clock, cpu }: Since) =>
  `${((performance.now() - clock) / 1000).toFixed(2)} s (CPU ${((cpuMs() - cpu) / 1000).toFixed(2)} s)`;
const cpuMs = () => Object.values(process.cpuUsage()).reduce((a, b) => a + b) / 1000;
const now = (): Since => ({ clock: performance.now(), cpu: cpuMs() });

/** Splits until so many records are read, and saves the state to the folder. */
async function save(capture: string, records: number, folder: string): Promise<void> {
  let pause: SplitPause | undefined;
  let seen = 0;
  const isTimeUp = () => seen >= records;
  for await (const output of splitCapture(createReadStream(capture, { highWaterMark: 65_536 }), { isTimeUp })) {
    if (output.kind === 'record-object') seen = output.recordsSoFar;
    if (output.kind !== 'pause') continue;
    pause = output;
    const rss = peakRss();
    const began = now();
    const parts: CheckpointPart[] = [];
    const writer = new StateWriter(async (bytes) => {
      const { part, body } = await packPart(bytes);
      writeFileSync(join(folder, `${parts.push(part) - 1}`), body);
    });
    await output.save(writer);
    await writer.finish();
    const packed = parts.reduce((sum, { length }) => sum + length, 0);
    const { bytes } = writer;
    writeFileSync(join(folder, 'manifest'), JSON.stringify({ parts, bytes } satisfies Saved));
    console.log(
      `after ${output.recordsSoFar} records: ${mebibytes(bytes)} of state, ${mebibytes(packed)} packed in ${parts.length} parts`,
    );
    console.log(`saved in ${seconds(began)}; peak RSS ${rss} before, ${peakRss()} after`);
  }
  if (pause === undefined) throw new Error('the capture ended before');
}

/** Restores the state and splits until the first chunk after it. */
async function restore(capture: string, folder: string): Promise<void> {
  const { parts, bytes } = JSON.parse(readFileSync(join(folder, 'manifest'), 'utf8')) as Saved; // written by `save`
  let next = 0;
  const give = async () => {
    const number = next++;
    const part = parts[number];
    return part && (await unpackPart(part, readFileSync(join(folder, `${number}`))));
  };
  const began = now();
  const open = (start: number) => {
    console.log(`restored in ${seconds(began)}; peak RSS ${peakRss()}`);
    return createReadStream(capture, { start, highWaterMark: 65_536 });
  };
  for await (const _ of resumeSplit(open, new StateReader(give, bytes))) break;
  console.log(`peak RSS ${peakRss()} at the next output`);
}

const [capture = '', records = '0', folder] = process.argv.slice(2);
if (folder !== undefined) {
  await (records === 'restore' ? restore(capture, folder) : save(capture, Number(records), folder));
} else {
  // A process each, so that each has a peak of its own.
  const made = mkdtempSync(join(tmpdir(), 'smart-ids-checkpoint-'));
  for (const what of [records, 'restore']) {
    spawnSync(process.execPath, [import.meta.filename, capture, what, made], { stdio: 'inherit' });
  }
  rmSync(made, { recursive: true });
}
