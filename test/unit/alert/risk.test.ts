// alert: risk as a sum of evidence.
import { describe, expect, it } from 'vitest';
import { attackTechnique } from '../../../lib/alert/attack-technique.ts';
import { groupOfDetection } from '../../../lib/alert/group-builder.ts';
import { assessRisk, durationText, EVIDENCE_LIMITS } from '../../../lib/alert/risk.ts';
import { LABELS, NORMAL } from '../../../lib/detection/labels.ts';
import { detectionRows, SCAN, verdictOf } from '../../support/detections.ts';

const GROUP = groupOfDetection(detectionRows([SCAN]), 0, verdictOf(SCAN));

describe('risk', () => {
  it('is the sum of its evidence, each piece within its limit', () => {
    const worst = {
      ...GROUP,
      ...{ label: 'Worms', maxScore: 1, flows: 1e7, source: null, sources: 1e6 },
      lastSeenNs: String(BigInt(GROUP.firstSeenNs) + 10n ** 18n),
    };
    const { score, evidence } = assessRisk(worst, 65_536);
    expect(score).toBe(100);
    for (const { name, points } of evidence) expect(points).toBeLessThanOrEqual(EVIDENCE_LIMITS[name]);
    const { 'packet-model': hint, ...others } = EVIDENCE_LIMITS;
    expect(Object.values(others).reduce((sum, points) => sum + points, 0)).toBe(100);
    expect(hint).toBeLessThanOrEqual(5);
    const agreed = assessRisk({ ...worst, packetModelFlows: 9, packetModelAgreed: 9 }, 65_536);
    expect(agreed.score).toBe(100);
  });

  it('counts the packet model little, by the share of flows where it says the same', () => {
    const base = assessRisk(GROUP, 1).score;
    const some = assessRisk({ ...GROUP, flows: 1, packetModelFlows: 5, packetModelAgreed: 3 }, 1);
    expect(some.score).toBe(base + 3);
    expect(some.evidence.at(-1)?.text).toBe('the packet model says the same of 3 of 5 flows it could read');
    expect(assessRisk({ ...GROUP, packetModelFlows: 5, packetModelAgreed: 0 }, 1).score).toBe(base);
    const agreed = { ...GROUP, packetModelFlows: 5, packetModelAgreed: 5 };
    expect(assessRisk(agreed, 1, { packetModelPoints: 0 }).score).toBe(base);
    expect(assessRisk(agreed, 1, { packetModelPoints: 20 }).score).toBe(base + 20);
  });

  it('of one odd flow is low, and says why in numbers', () => {
    const { score, evidence } = assessRisk(GROUP, 1);
    expect(score).toBe(evidence.reduce((sum, { points }) => sum + points, 0));
    expect(score).toBeLessThan(40);
    expect(evidence.map(({ name }) => name)).toEqual(['kind', 'confidence']);
    expect(evidence[1]?.text).toBe('the model is 90.0 % sure of its surest flow');
  });

  it('grows with flows, peers, ports and time', () => {
    const base = assessRisk(GROUP, 1).score;
    expect(assessRisk({ ...GROUP, flows: 1000 }, 1).score).toBeGreaterThan(base);
    expect(assessRisk({ ...GROUP, destination: null, destinations: 200 }, 1).score).toBeGreaterThan(base);
    expect(assessRisk(GROUP, 1000).score).toBeGreaterThan(base);
    expect(assessRisk({ ...GROUP, lastSeenNs: `${GROUP.lastSeenNs}0` }, 1).score).toBeGreaterThan(base);
  });

  it('knows a label of another version', () => {
    expect(assessRisk({ ...GROUP, label: 'toString' }, 1).score).toBeGreaterThan(0);
    expect(attackTechnique('toString')).toBeUndefined();
  });

  it('tells durations in the unit that fits', () => {
    expect([0, 3.12, 119, 720, 16_200].map(durationText)).toEqual(['0 s', '3.1 s', '120 s', '12 min', '4.5 h']);
  });

  it('has an ATT&CK technique for every label that names one behaviour', () => {
    const without = LABELS.filter((label) => attackTechnique(label) === undefined);
    expect(without).toEqual(['Generic', NORMAL]);
    for (const label of LABELS) {
      const technique = attackTechnique(label);
      if (technique === undefined) continue;
      expect(technique.tacticId).toMatch(/^TA\d{4}$/);
      expect(technique.techniqueId).toMatch(/^T\d{4}(\.\d{3})?$/);
    }
  });
});
