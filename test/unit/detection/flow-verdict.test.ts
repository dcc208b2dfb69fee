import { describe, expect, it } from 'vitest';
import { flowVerdicts } from '../../../lib/detection/flow-verdict.ts';
import { LABELS, type Label } from '../../../lib/detection/labels.ts';
import { sampleMetadata } from './flow-net-metadata-sample.ts';

const metadata = sampleMetadata();

function verdict(probabilities: Partial<Record<Label, number>>, anomaly = 0.25) {
  const outputs = {
    probabilities: Float32Array.from(LABELS, (label) => probabilities[label] ?? 0),
    anomaly: Float32Array.of(anomaly),
  };
  return flowVerdicts(metadata, 1, outputs)[0];
}

describe('a verdict', () => {
  it('is the likeliest label with its probability', () => {
    expect(verdict({ Normal: 0.75, 'Port Scan': 0.25 })).toEqual({
      label: 'Normal',
      score: 0.75,
      detection: false,
      anomaly: 0.25,
      reasons: [],
      model: 'flow_net',
      modelVersion: '1',
    });
  });

  it.each([
    ['Port Scan', 0.625, true],
    ['Port Scan', 0.59, false],
    ['SSH Patator', 0.625, false],
    ['SSH Patator', 0.9375, true],
    ['Normal', 0.99, false],
    ['Worms', 0.99, false],
  ] as const)('%s at %d is a detection: %s', (label, score, detection) => {
    expect(verdict({ [label]: score })).toMatchObject({ label, score: Math.fround(score), detection });
  });

  it('keeps score and anomaly within 0 and 1', () => {
    expect(verdict({ Normal: 1.00005 }, -3)).toMatchObject({ score: 1, anomaly: 0 });
    expect(verdict({ Normal: 1 }, 7)?.anomaly).toBe(1);
  });

  it.each([
    ['NaN', Number.NaN],
    ['nothing', 0],
    ['more than 1', 1.5],
  ])('refuses outputs whose best probability is %s', (_, score) => {
    expect(() => verdict(Object.fromEntries(LABELS.map((label) => [label, score])))).toThrow(/probability/);
  });

  it('refuses outputs of another number of flows', () => {
    const outputs = { probabilities: new Float32Array(2 * LABELS.length).fill(0.04), anomaly: new Float32Array(2) };
    expect(() => flowVerdicts(metadata, 1, outputs)).toThrow(/for 1 flows/);
  });
});
