// alert, for every input: chunk boundaries do not show in the alerts, and no flow is counted twice or lost.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SIDES } from '../../lib/alert/combine-groups.ts';
import { createGroupBuilder } from '../../lib/alert/group-builder.ts';
import { mergeGroups } from '../../lib/alert/merge-groups.ts';
import { CONTEXT } from '../support/analysis.ts';
import { type Detection, detectionRows, SCAN, verdictOf } from '../support/detections.ts';

/** Shrinking hundreds of flows would go on for minutes. */
const RUNS = { interruptAfterTimeLimit: 20_000 };

/** Hosts on both sides enough to collapse, few enough to meet again. */
const host = (network: number) => fc.integer({ min: 0, max: 99 }).map((i) => `10.${network}.0.${i}`);
const reasons = fc.array(
  fc.record({ feature: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), value: fc.nat(9), text: fc.constant('t') }),
  { maxLength: 3 },
);
const base = {
  label: fc.constantFrom('Port Scan' as const, 'DDoS' as const, 'Normal' as const),
  port: fc.oneof(fc.constantFrom(22, 80), fc.nat(65_535)),
  startSeconds: fc.integer({ min: 0, max: 60 }).map((n) => 1_700_000_000 + n * 700),
  lasts: fc.nat(4000),
  score: fc.float({ min: 0.5, max: 1, noNaN: true }),
  bytes: fc.nat(100_000),
  reasons,
};
/** Many sources of few destinations, or few sources of many destinations: never both under one label. */
const manySources = fc.record({ ...base, source: host(1), destination: fc.constantFrom('10.9.0.1', '10.9.0.2') });
const manyDestinations = fc.record({ ...base, source: fc.constantFrom('10.8.0.1', '10.8.0.2'), destination: host(2) });
const mesh = fc.record({ ...base, source: host(1), destination: host(2) });

type Arbitrary = typeof mesh extends fc.Arbitrary<infer T> ? T : never;

function detectionsOf(values: readonly Arbitrary[]): readonly Detection[] {
  return values.map(({ lasts, ...one }, record) => ({
    ...SCAN,
    ...one,
    record,
    endSeconds: one.startSeconds + lasts,
  }));
}

/** The alerts of the detections, dealt out to chunks as `chunkOf` says. */
function alertsOf(detections: readonly Detection[], chunkOf: (i: number) => number) {
  const chunks = new Map<number, Detection[]>();
  for (const [i, detection] of detections.entries()) {
    chunks.set(chunkOf(i), [...(chunks.get(chunkOf(i)) ?? []), detection]);
  }
  const objects = [...chunks.values()].map((some) => {
    const builder = createGroupBuilder();
    const rows = detectionRows(some);
    for (const [i, detection] of some.entries()) builder.add(rows, i, verdictOf(detection));
    return JSON.parse(JSON.stringify(builder.finish())) as ReturnType<typeof builder.finish>;
  });
  return mergeGroups(objects, CONTEXT);
}

describe('alerts of any detections', () => {
  it('are the same however the detections were cut into chunks', () => {
    const input = fc.oneof(
      fc.array(manySources, { minLength: 1, maxLength: 200, size: 'max' }),
      fc.array(manyDestinations, { minLength: 1, maxLength: 200, size: 'max' }),
    );
    fc.assert(
      fc.property(input, fc.infiniteStream(fc.nat(6)), (values, stream) => {
        const detections = detectionsOf(values);
        const cuts = detections.map(() => Number(stream.next().value));
        const whole = alertsOf(detections, () => 0);
        expect(alertsOf(detections, (i) => cuts[i] ?? 0)).toEqual(whole);
        expect(alertsOf(detections, (i) => Math.floor(i / 50))).toEqual(whole);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  it('count every detection exactly once, even where both sides are many', () => {
    fc.assert(
      fc.property(fc.array(mesh, { maxLength: 200, size: 'max' }), fc.integer({ min: 1, max: 200 }), (values, size) => {
        const detections = detectionsOf(values);
        const attacks = detections.filter(({ label }) => label !== 'Normal');
        const { alerts, droppedFlows } = alertsOf(detections, (i) => Math.floor(i / size));
        const flows = alerts.reduce((sum, alert) => sum + alert.flows, 0);
        expect(flows + droppedFlows).toBe(attacks.length);
        const bytes = attacks.reduce((sum, attack) => sum + attack.bytes, 0);
        expect(alerts.reduce((sum, alert) => sum + alert.bytes, 0)).toBe(bytes);
      }),
      { ...RUNS, numRuns: 40 },
    );
  });

  it('never name more sides than they may, and never share an id', () => {
    fc.assert(
      fc.property(fc.array(mesh, { maxLength: 200, size: 'max' }), (values) => {
        const { alerts } = alertsOf(detectionsOf(values), () => 0);
        expect(new Set(alerts.map(({ id }) => id)).size).toBe(alerts.length);
        const sources = new Map<string, Set<string>>();
        for (const { label, source, destination } of alerts) {
          if (source === null || destination === null) continue;
          const key = `${label} ${destination}`;
          sources.set(key, (sources.get(key) ?? new Set()).add(source));
        }
        for (const some of sources.values()) expect(some.size).toBeLessThanOrEqual(MAX_SIDES);
      }),
      { ...RUNS, numRuns: 40 },
    );
  });
});
