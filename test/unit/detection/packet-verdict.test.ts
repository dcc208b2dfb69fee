// detection: what the packet model says of a flow.

import { describe, expect, it } from 'vitest';
import { LABELS } from '../../../lib/detection/labels.ts';
import { packetModelVerdict, packetProbabilities } from '../../../lib/detection/packet-verdict.ts';

function logits(values: Readonly<Record<number, number>>): Float32Array {
  return Float32Array.from(LABELS, (_, k) => values[k] ?? 0);
}

describe("the packet model's verdict", () => {
  it('is the label with the highest mean over the packets, not the most sure packet’s', () => {
    const packets = [logits({ 6: 9 }), logits({ 15: 4 }), logits({ 15: 4 })].map((one) => packetProbabilities(one));
    const verdict = packetModelVerdict(packets.filter((one) => one !== undefined));
    expect(verdict).toMatchObject({ label: 'Normal', packetsScored: 3 });
    const sure = Math.exp(4) / (Math.exp(4) + 23);
    expect(verdict?.score).toBeCloseTo((2 * sure + 1 / (Math.exp(9) + 23)) / 3, 6);
  });

  it('is none without packets', () => {
    expect(packetModelVerdict([])).toBeUndefined();
  });

  it('has probabilities that add up to 1 for any finite logits, and none for others', () => {
    const sum = packetProbabilities(logits({ 0: 3e38, 1: -3e38 }))?.reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 6);
    expect(packetProbabilities(logits({ 3: Number.NaN }))).toBeUndefined();
    expect(packetProbabilities(logits({ 3: Number.POSITIVE_INFINITY }))).toBeUndefined();
  });
});
