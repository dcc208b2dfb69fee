import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AskModel } from '../../../lib/detection/ask-variants.ts';
import { createExplainDetections, type Detected, type Explanation } from '../../../lib/detection/explain-detections.ts';
import { rowVerdict } from '../../../lib/detection/flow-verdict.ts';
import { FLOW_NET_FEATURES } from '../../../lib/model/flow-net-features.ts';
import type { FlowNetMetadata } from '../../../lib/model/flow-net-metadata.ts';
import { createFakeTreeModel, type Rule, rowOf } from '../../support/fake-tree-model.ts';
import { sampleMetadata } from './flow-net-metadata-sample.ts';

const SWEEP: Rule = {
  label: 'Port Scan',
  weight: 9,
  holds: (value) => value('sourceWindowPairPorts') > 20 && value('sourceWindowUnanswered') > 0.7,
};
const SWEEP_DETECTOR: FlowNetMetadata['detectors'][number] = {
  name: 'port-sweep',
  label: 'Port Scan',
  weight: 9,
  all: [
    ['sourceWindowPairPorts', '>', 20],
    ['sourceWindowUnanswered', '>', 0.7],
    ['destinationPayloadBytes', '<=', 0],
  ],
};
/** Everything is normally 0. */
const normalQuantiles = FLOW_NET_FEATURES.map(() => [0, 0, 0, 0, 1, 1, 1]);

interface Told {
  readonly features: readonly string[];
  readonly explanation: Explanation;
}

async function explain(
  values: readonly Readonly<Record<string, number>>[],
  model: AskModel,
  metadata: FlowNetMetadata,
): Promise<readonly Told[]> {
  const rows = values.map(rowOf);
  const detected = await Promise.all(
    rows.map(async (row): Promise<Detected> => {
      const probabilities = await model(Float32Array.from(row));
      const { label, detection } = rowVerdict(metadata, probabilities, 0);
      expect(detection).toBe(true);
      return { row, label, probabilities };
    }),
  );
  const explanations = await createExplainDetections(metadata, 7)(detected, model);
  return explanations.map((explanation) => {
    const features = explanation.groups.flat().map((column) => FLOW_NET_FEATURES[column] ?? '');
    return { features, explanation };
  });
}

/** What the model says of the flow with these features set to what is ordinary, 0. */
async function verdictWithout(
  features: readonly string[],
  values: Readonly<Record<string, number>>,
  model: AskModel,
  metadata: FlowNetMetadata,
) {
  const row = rowOf(values);
  for (const feature of features) row[FLOW_NET_FEATURES.indexOf(feature)] = 0;
  return rowVerdict(metadata, await model(row), 0);
}

describe('an explanation', () => {
  it("names every condition of a detector that an ordinary value would break, and nothing beside it that doesn't count", async () => {
    const metadata = sampleMetadata({ detectors: [SWEEP_DETECTOR], normalQuantiles });
    const values = { sourceWindowPairPorts: 142, sourceWindowUnanswered: 0.97, durationSeconds: 9, tcpStateS0: 1 };
    const [told] = await explain([values], createFakeTreeModel([SWEEP]), metadata);
    expect(told?.features).toEqual(['sourceWindowPairPorts', 'sourceWindowUnanswered']);
    expect(told?.explanation.isEnough).toBe(true);
  });

  it('takes at least one condition of every detector that holds, and five at most in all', async () => {
    const names = ['sourceBytes', 'sourcePackets', 'durationSeconds', 'gapMax', 'gapMin', 'sizeMax', 'sizeMin'];
    const detectors = [names, ['tcpStateS0']].map((all, k) => ({
      ...{ name: `detector-${k}`, label: 'Port Scan' as const, weight: 9 },
      all: all.map((name): [string, '>', number] => [name, '>', 0.5]),
    }));
    const rules = detectors.map(
      ({ label, weight, all }): Rule => ({
        ...{ label, weight },
        holds: (value) => all.every(([name]) => value(name) > 0.5),
      }),
    );
    const metadata = sampleMetadata({ detectors, normalQuantiles });
    const values = Object.fromEntries([...names, 'tcpStateS0'].map((name) => [name, 3]));
    const [told] = await explain([values], createFakeTreeModel(rules), metadata);
    expect(told?.features).toHaveLength(5);
    expect(told?.features.slice(0, 2)).toEqual(['sourceBytes', 'tcpStateS0']);
    expect(told?.explanation.isEnough).toBe(true);
  });

  it('begins with signs and words, then windows, then volumes, and ends with what is left out', async () => {
    const present = { udp: 0, httpRequest: 0, destinationPayloadBytes: 9, sourceWindowPeers: 3, httpScript: 0 };
    const all = [
      ...Object.entries(present).map(([name, bound]): [string, '>', number] => [name, '>', bound]),
      ...['httpReferer', 'tlsAlpn'].map((name): [string, '<=', number] => [name, '<=', 0]),
    ];
    const rule: Rule = {
      ...{ label: 'Port Scan', weight: 9 },
      holds: (value) => all.every(([name, sign, bound]) => (sign === '>' ? value(name) > bound : value(name) <= bound)),
    };
    const detectors = [{ name: 'post', label: 'Port Scan' as const, weight: 9, all }];
    const metadata = sampleMetadata({ detectors, normalQuantiles });
    const values = { udp: 1, httpRequest: 1, destinationPayloadBytes: 99, sourceWindowPeers: 8, httpScript: 1 };
    const [told] = await explain([values], createFakeTreeModel([rule]), metadata);
    expect(told?.features).toEqual([
      'httpScript',
      'sourceWindowPeers',
      'destinationPayloadBytes',
      'udp',
      'httpReferer',
    ]);
  });

  it('asks one row more where trees would still say the same', async () => {
    const tree: Rule = { label: 'Port Scan', weight: 9, holds: (value) => value('durationSeconds') > 2 };
    const metadata = sampleMetadata({ detectors: [SWEEP_DETECTOR], normalQuantiles });
    const model = createFakeTreeModel([SWEEP, tree]);
    const values = { sourceWindowPairPorts: 142, sourceWindowUnanswered: 0.97, durationSeconds: 9 };
    const [told] = await explain([values], model, metadata);
    expect(told?.features).toEqual(['sourceWindowPairPorts', 'sourceWindowUnanswered', 'durationSeconds']);
    expect(model.rows()).toBe(3);
  });

  it('goes on where a second detector would still say the same', async () => {
    const second: Rule = { label: 'Port Scan', weight: 9, holds: (value) => value('tcpStateS0') > 0.5 };
    const metadata = sampleMetadata({ detectors: [SWEEP_DETECTOR], normalQuantiles });
    const values = { sourceWindowPairPorts: 142, sourceWindowUnanswered: 0.97, tcpStateS0: 1 };
    const [told] = await explain([values], createFakeTreeModel([SWEEP, second]), metadata);
    expect(told?.features).toContain('tcpStateS0');
    expect(told?.features.length).toBeGreaterThan(1);
    expect(told?.explanation.isEnough).toBe(true);
  });

  it('leaves out what a later choice made superfluous', async () => {
    // Alone the first takes most, yet the two others do without it.
    const rules: Rule[] = [
      { label: 'Port Scan', weight: 0.6, holds: (value) => value('durationSeconds') > 1 },
      {
        label: 'Port Scan',
        weight: 8,
        holds: (value) => value('tcpStateS0') > 0 || value('sourceWindowPairPorts') > 0,
      },
    ];
    const metadata = sampleMetadata({ normalQuantiles });
    const values = { durationSeconds: 9, tcpStateS0: 1, sourceWindowPairPorts: 2 };
    const [told] = await explain([values], createFakeTreeModel(rules), metadata);
    expect(told?.features.toSorted()).toEqual(['sourceWindowPairPorts', 'tcpStateS0']);
  });

  it('sets features to the median of Normal, whichever side of it they are on', async () => {
    const rules: Rule[] = [{ label: 'Port Scan', weight: 9, holds: (value) => value('durationSeconds') <= 2 }];
    const metadata = sampleMetadata({ normalQuantiles: FLOW_NET_FEATURES.map(() => [3, 3, 4, 5, 6, 7, 8]) });
    const [told] = await explain([{ durationSeconds: 1 }], createFakeTreeModel(rules), metadata);
    expect(told).toMatchObject({ features: ['durationSeconds'], explanation: { isEnough: true } });
  });

  it('takes a family of features where none of the candidates changes the verdict', async () => {
    const rules: Rule[] = [{ label: 'Port Scan', weight: 9, holds: (value) => value('gapMax') + value('gapMin') > 1 }];
    const metadata = sampleMetadata({ normalQuantiles });
    const [told] = await explain([{ gapMax: 5, gapMin: 2 }], createFakeTreeModel(rules), metadata);
    expect(told?.features).toEqual(['gapMin', 'gapMax']);
    expect(told?.explanation).toMatchObject({ isEnough: true, groups: [expect.any(Array)] });
  });

  it('says so where nothing changes the verdict', async () => {
    const rules: Rule[] = [{ label: 'Port Scan', weight: 9, holds: () => true }];
    const metadata = sampleMetadata({ normalQuantiles });
    const [told] = await explain([{ tcpStateS0: 1 }], createFakeTreeModel(rules), metadata);
    expect(told?.explanation.isEnough).toBe(false);
  });

  it('is searched for once for flows that are alike, and checked on each', async () => {
    const metadata = sampleMetadata({ normalQuantiles });
    const model = createFakeTreeModel([SWEEP]);
    const flows = Array.from({ length: 50 }, (_, k) => ({
      sourceWindowPairPorts: 130 + k / 2,
      sourceWindowUnanswered: 0.97,
      tcpStateS0: 1,
    }));
    const told = await explain(flows, model, metadata);
    // The flow as it is, and without what explains the one that stands for all of them; the rest is the search.
    expect(model.rows()).toBeLessThan(2 * 50 + 20);
    expect(new Set(told.map(({ features }) => features.join())).size).toBe(1);
    expect(told[0]?.features.toSorted()).toEqual(['sourceWindowPairPorts', 'sourceWindowUnanswered']);
  });

  it('is asked for in one question where a detector saw it', async () => {
    const metadata = sampleMetadata({ detectors: [SWEEP_DETECTOR], normalQuantiles });
    const model = createFakeTreeModel([SWEEP]);
    await explain([{ sourceWindowPairPorts: 142, sourceWindowUnanswered: 0.97 }], model, metadata);
    expect(model.rows()).toBe(2);
  });
});

const feature = fc.constantFrom(
  ...['sourceWindowPairPorts', 'sourceWindowUnanswered', 'tcpStateS0', 'durationSeconds', 'sourceBytes', 'gapMax'],
);
const condition = fc.tuple(feature, fc.constantFrom(0, 1, 2, 3));
const rule = fc.record({
  weight: fc.double({ min: 0.5, max: 9, noNaN: true }),
  all: fc.array(condition, { minLength: 1, maxLength: 3 }),
});
const flow = fc.dictionary(feature, fc.integer({ min: 1, max: 5 }));

describe('for any model of conjunctions and any flows', () => {
  const importances = {
    'Port Scan': ['sourceWindowPairPorts', 'sourceWindowUnanswered', 'tcpStateS0', 'durationSeconds'].map(
      (name, k): [string, number] => [name, 9 - k],
    ),
  };
  const metadata = sampleMetadata({ normalQuantiles, importances });

  it('the reasons set to what is ordinary change the verdict, each flow is explained as it would be alone', async () => {
    let explained = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(rule, { minLength: 1, maxLength: 6 }),
        fc.array(flow, { maxLength: 8 }),
        async (trees, flows) => {
          const rules = trees.map(
            ({ weight, all }): Rule => ({
              label: 'Port Scan',
              weight,
              holds: (value) => all.every(([name, threshold]) => value(name) > threshold),
            }),
          );
          const model = createFakeTreeModel(rules);
          const attacks: Record<string, number>[] = [];
          for (const values of flows)
            if ((await verdictWithout([], values, model, metadata)).detection) attacks.push(values);
          const told = await explain(attacks, model, metadata);
          for (const [k, values] of attacks.entries()) {
            const { features = [], explanation } = told[k] ?? {};
            // With nothing in it no rule holds, and these rules speak for one label: something always changes it.
            expect(explanation?.isEnough).toBe(true);
            expect((await verdictWithout(features, values, model, metadata)).detection).toBe(false);
            expect(explanation?.groups.length).toBeLessThanOrEqual(5);
            expect((await explain([values], model, metadata))[0]?.features).toEqual(features);
            explained += 1;
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(explained).toBeGreaterThan(20);
  });
});
