// bench: the packets of whole generated captures, as infer hands them to the packet model, and how many there were in all.

import { rmSync } from 'node:fs';
import type { LineReading } from '../../../lib/model/packet-tokens.ts';
import { createOnnxModelServer } from '../../../lib/onnx/onnx-model-server.ts';
import { type AttackKind, variedScenario } from '../../../local/generate/varied.ts';
import { buildCapture } from '../../../local/generate/write-capture.ts';
import { createFakePacketModel } from '../../support/fake-packet-model.ts';
import { createModelRepository, inferCapture } from '../../support/infer-capture.ts';
import { installTinyPacketModel } from '../../support/tiny-packet-model.ts';

const SEED = 1;

export interface Traffic {
  readonly kind: AttackKind;
  /** Packets over TCP and IPv4: all, and those with payload. The seed's way scores all of them. */
  readonly packets: number;
  readonly payloadPackets: number;
  /** Packets within the budget: what infer scores, duplicates among them. */
  readonly scored: number;
  /** Token ids of each distinct input, in the order in which infer asked for them. */
  readonly inputs: readonly (readonly number[])[];
}

/** What infer would ask a packet model with this vocabulary. */
export async function readTraffic(
  kinds: readonly AttackKind[],
  reading: LineReading,
  vocabulary: string,
): Promise<readonly Traffic[]> {
  const repository = createModelRepository();
  installTinyPacketModel(repository, { vocabulary });
  const others = createOnnxModelServer({ repository, workers: 1 });
  try {
    const traffic: Traffic[] = [];
    for (const kind of kinds) {
      const { bytes } = buildCapture(variedScenario(SEED, kind), { kind: 'pcap' });
      const models = createFakePacketModel({ others });
      const inferred = await inferCapture(bytes, { repository, models, reading, deps: { packetDocuments: 'none' } });
      const counts = inferred.progress.map((one) => one.notScored['bert_packet'] ?? {});
      const count = (reason: string): number => counts.reduce((sum, one) => sum + (one[reason] ?? 0), 0);
      const scored = inferred.progress.reduce((sum, one) => sum + (one.scored['bert_packet'] ?? 0), 0);
      const payloadPackets = scored + count('sampled');
      traffic.push({
        ...{ kind, scored, payloadPackets, packets: payloadPackets + count('no-payload') },
        inputs: models.batches.flat(),
      });
    }
    return traffic;
  } finally {
    await others.close();
    rmSync(repository, { recursive: true });
  }
}
