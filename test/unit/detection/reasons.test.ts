import { describe, expect, it } from 'vitest';
import { featurePhrase, formatNumber } from '../../../lib/detection/phrases.ts';
import { createExplainer } from '../../../lib/detection/reasons.ts';
import { FLOW_NET_FEATURES } from '../../../lib/model/flow-net-features.ts';
import type { FlowNetMetadata } from '../../../lib/model/flow-net-metadata.ts';
import { sampleMetadata } from './flow-net-metadata-sample.ts';

const SCAN = {
  sourceWindowPairPorts: 142,
  sourceWindowSeconds: 3.1,
  sourceWindowFlows: 100,
  sourceWindowUnanswered: 0.97,
  tcpStateS0: 1,
};

function reasons(values: Readonly<Record<string, number>>, change: Partial<FlowNetMetadata> = {}) {
  const features = Float32Array.from(FLOW_NET_FEATURES, (name) => values[name] ?? 0);
  return createExplainer(sampleMetadata(change))('Port Scan', features);
}

describe('reasons', () => {
  it('tell what is unusual first, in words with numbers', () => {
    expect(reasons(SCAN).map(({ text }) => text)).toEqual([
      '142 ports of one host tried in 3.1 s (normally at most 1)',
      'connection attempt without any answer',
      '97 % of 100 flows in 3.1 s unanswered',
      'lasted 0 s',
    ]);
  });

  it('carry the feature and its value', () => {
    expect(reasons(SCAN)[0]).toMatchObject({ feature: 'sourceWindowPairPorts', value: 142 });
  });

  it('put a feature that is far from Normal before a more important one that is ordinary', () => {
    const [first] = reasons({ durationSeconds: 500, sourceWindowPairPorts: 1 });
    expect(first?.text).toBe('lasted 500 s (normally at most 1)');
  });

  it('compare with the low end where a value lies below it', () => {
    const normalQuantiles = FLOW_NET_FEATURES.map(() => [10, 20, 30, 40, 50, 60, 70]);
    expect(reasons({ durationSeconds: 5 }, { normalQuantiles }).map(({ text }) => text)).toContain(
      'lasted 5 s (normally at least 30)',
    );
  });

  it('are at most five, and at most three of one host window', () => {
    const window = ['Flows', 'Peers', 'Ports', 'Services', 'SamePair', 'Rate'].map((name) => `sourceWindow${name}`);
    const others = ['sourcePackets', 'sourceBytes', 'packetsPerSecond', 'sourceSyn'];
    const importances = { 'Port Scan': [...window, ...others].map((name, k): [string, number] => [name, 20 - k]) };
    const values = Object.fromEntries([...window, ...others].map((name) => [name, 99]));
    const told = reasons(values, { importances });
    expect(told).toHaveLength(5);
    expect(told.filter(({ feature }) => feature.startsWith('sourceWindow'))).toHaveLength(3);
  });

  it('are none for a label that training has nothing to say of', () => {
    expect(reasons(SCAN, { importances: {} })).toEqual([]);
  });
});

describe('a phrase', () => {
  it('exists for every feature, without undefined or NaN', () => {
    for (const name of FLOW_NET_FEATURES) {
      const text = featurePhrase(name, 0.5, () => 2);
      expect(text).not.toMatch(/undefined|NaN/);
      expect(text.length).toBeGreaterThan(3);
    }
  });

  it('names a feature without words of its own in words', () => {
    expect(featurePhrase('sourceGapMean', 0.25, () => 0)).toBe('source gap mean 0.25');
  });

  it.each([
    [0.01234, '0.012'],
    [2.71999, '2.72'],
    [42.42, '42.4'],
    [1234567, '1,234,567'],
    [-0.5, '-0.5'],
    [7, '7'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});
