import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FLOW_NET_FEATURES } from '../../../lib/model/flow-net-features.ts';
import { type FlowNetMetadata, parseFlowNetMetadata } from '../../../lib/model/flow-net-metadata.ts';
import { sampleMetadata } from '../detection/flow-net-metadata-sample.ts';

const detector = (feature: string): FlowNetMetadata['detectors'][number] => ({
  name: 'ssh-guessing',
  label: 'SSH Patator',
  weight: 8,
  all: [[feature, '>', 1.5]],
});
const swapped = [...FLOW_NET_FEATURES.slice(0, 2).reverse(), ...FLOW_NET_FEATURES.slice(2)];

describe('what stands beside the model', () => {
  it('is read when it was made with the features that this code computes', () => {
    expect(parseFlowNetMetadata(JSON.parse(JSON.stringify(sampleMetadata())))).toEqual(sampleMetadata());
  });

  it.each([
    ['another feature version', { featureVersion: 999 }, /feature version 999/],
    [
      'a feature less',
      { features: FLOW_NET_FEATURES.slice(1) },
      new RegExp(`${FLOW_NET_FEATURES.length - 1} features`),
    ],
    ['features in another order', { features: swapped }, /feature 0 is udp; this code computes tcp/],
    ['labels in another order', { labels: [...sampleMetadata().labels].reverse() }, /24/],
    ['a detector of a feature that is none', { detectors: [detector('moon')] }, /ssh-guessing asks for moon/],
    ['a detector without conditions', { detectors: [{ ...detector('tcp'), all: [] }] }, /detectors/],
    ['a threshold above 1', { thresholds: { DoS: 1.5 } }, /thresholds/],
  ] satisfies readonly (readonly [string, Partial<FlowNetMetadata>, RegExp])[])(
    'is refused with %s',
    (_, change, words) => {
      expect(() => parseFlowNetMetadata(sampleMetadata(change))).toThrow(words);
    },
  );

  it('has detectors of the features', () => {
    const metadata = sampleMetadata({ detectors: [detector('sshBanners')] });
    expect(parseFlowNetMetadata(JSON.parse(JSON.stringify(metadata)))).toEqual(metadata);
  });

  it('is refused without a list of detectors', () => {
    const { detectors: _, ...rest } = sampleMetadata();
    expect(() => parseFlowNetMetadata(rest)).toThrow(/detectors/);
  });

  it('says of the shipped model that it fits this code', () => {
    const path = new URL('../../../triton/models/flow_net/1/features.json', import.meta.url);
    const metadata = parseFlowNetMetadata(JSON.parse(readFileSync(path, 'utf8')));
    expect(metadata.claimed).toContain('Normal');
    for (const label of metadata.claimed) {
      if (label !== 'Normal') expect(metadata.thresholds[label]).toBeGreaterThan(0);
    }
  });
});
