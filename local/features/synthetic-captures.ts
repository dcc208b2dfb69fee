// local: seeded synthetic captures for training, each with the truth about every record beside it.

import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LABELS } from '../../lib/detection/labels.ts';
import { linktypes } from '../generate/bytes/link.ts';
import { encodePcap } from '../generate/file/pcap.ts';
import type { CaptureRecord } from '../generate/file/record.ts';
import { generatePackets, linksOf, type Scenario } from '../generate/scenario.ts';
import { ATTACK_KINDS, variedScenario } from '../generate/varied.ts';

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
      const labels: number[] = [];
      const linktype = linktypes[linksOf(scenario)[0]?.link ?? 'ethernet'];
      const blocks = encodePcap(recordsOf(scenario, labels), { linktype, snaplen: SNAPLEN });
      await pipeline(Readable.from(blocks), createWriteStream(join(folder, 'captures', `${name}.pcap`)));
      await writeFile(join(folder, 'labels', `${name}.labels`), Uint8Array.from(labels));
    }
  }
}

/** The scenario's packets, made once; each one's label goes to `labels` as it passes. */
function* recordsOf(scenario: Scenario, labels: number[]): Generator<CaptureRecord> {
  for (const packet of generatePackets(scenario)) {
    labels.push(LABELS.indexOf(packet.label));
    yield packet;
  }
}
