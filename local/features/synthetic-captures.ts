// local: seeded synthetic captures for training, each with the truth about every record beside it.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LABELS } from '../../lib/detection/labels.ts';
import { generatePackets } from '../generate/scenario.ts';
import { ATTACK_KINDS, variedScenario } from '../generate/varied.ts';
import { writeCapture } from '../generate/write-capture.ts';

/** As the captures for training are cut; lengths on the wire are kept. */
const SNAPLEN = 256;

/**
 * Write `perKind` captures of every kind, `captures/<kind>-<seed>.pcap`, and for each `labels/<kind>-<seed>.labels`: one
 * byte a record, the index of its label in LABELS. A flow's label is that of its first record.
 */
export async function writeSyntheticCaptures(folder: string, perKind: number, firstSeed: number): Promise<void> {
  await mkdir(join(folder, 'captures'), { recursive: true });
  await mkdir(join(folder, 'labels'), { recursive: true });
  for (const kind of ATTACK_KINDS) {
    for (let seed = firstSeed; seed < firstSeed + perKind; seed += 1) {
      const scenario = variedScenario(seed, kind);
      const name = `${kind}-${seed}`;
      await writeCapture(join(folder, 'captures', `${name}.pcap`), scenario, { kind: 'pcap', snaplen: SNAPLEN });
      const labels = Array.from(generatePackets(scenario), ({ label }) => LABELS.indexOf(label));
      await writeFile(join(folder, 'labels', `${name}.labels`), Uint8Array.from(labels));
    }
  }
}
