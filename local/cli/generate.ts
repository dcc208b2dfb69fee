// cli: `smart-ids generate`: the demo scenario, or bulk traffic of a given size, as a capture file.

import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { writeBulk } from '../generate/bulk.ts';
import { demoScenario } from '../generate/demo.ts';
import { writeCapture } from '../generate/write-capture.ts';
import { bytes, thousands } from './terminal.ts';

export async function generate(
  file: string,
  options: { readonly seed: number; readonly size?: string },
): Promise<number> {
  if (options.size !== undefined) {
    const { bytes: written, records } = await writeBulk(file, {
      targetBytes: parseSize(options.size),
      seed: options.seed,
    });
    process.stdout.write(`${file}: ${bytes(written)}, ${thousands(records)} packets of bulk traffic\n`);
    return 0;
  }
  const kind = file.endsWith('.pcapng') ? 'pcapng' : 'pcap';
  const { bytes: written, truth } = await writeCapture(file, demoScenario(options.seed), { kind });
  process.stdout.write(
    `${file}: ${bytes(written)}, ${thousands(truth.records)} packets, ${truth.attacks.length} attacks\n`,
  );
  return 0;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
  TIB: 1024 ** 4,
};

function parseSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  if (number === '' || factor === undefined) {
    throw new PipelineError('invalid-request', `--size ${text}: not a size; allowed are e.g. 200MiB, 2GiB, 1048576`, {
      permanent: true,
    });
  }
  return Math.round(Number(number) * factor);
}
