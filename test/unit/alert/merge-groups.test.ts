// alert: groups of chunks as alerts.
import { describe, expect, it } from 'vitest';
import { alertGroupSchema, type GroupsObject } from '../../../lib/alert/alert-group.ts';
import { MAX_SIDES } from '../../../lib/alert/combine-groups.ts';
import { createGroupBuilder } from '../../../lib/alert/group-builder.ts';
import { createGroupTable } from '../../../lib/alert/group-table.ts';
import { MAX_ALERTS, mergeGroups } from '../../../lib/alert/merge-groups.ts';
import { CONTEXT } from '../../support/analysis.ts';
import { type Detection, detectionRows, SCAN, verdictOf } from '../../support/detections.ts';

type Groups = Pick<GroupsObject, 'groups' | 'dropped'>;

function chunkOf(detections: readonly Detection[]): Groups {
  const builder = createGroupBuilder();
  const rows = detectionRows(detections);
  for (const [i, detection] of detections.entries()) builder.add(rows, i, verdictOf(detection));
  return builder.finish();
}

function alertsOf(...chunks: readonly (readonly Detection[])[]) {
  return mergeGroups(chunks.map(chunkOf), CONTEXT).alerts;
}

/** `count` detections that differ as `vary` says. */
function many(count: number, vary: (i: number) => Partial<Detection>): readonly Detection[] {
  return Array.from({ length: count }, (_, i) => ({ ...SCAN, record: i, ...vary(i) }));
}

const address = (i: number) => `10.1.${Math.floor(i / 250)}.${(i % 250) + 1}`;

describe('alerts', () => {
  it('tell who did what to whom, how often and when', () => {
    const [alert, ...others] = alertsOf(many(3, (i) => ({ record: 5 + i, port: 20 + i, bytes: 100 })));
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      id: `${CONTEXT.dumpId}.abcdef01.a5.Port Scan`,
      label: 'Port Scan',
      source: '10.0.0.1',
      destination: '10.0.0.2',
      flows: 3,
      packets: 3,
      bytes: 300,
      ports: [
        [20, 1],
        [21, 1],
        [22, 1],
      ],
      distinctPorts: 3,
      firstSeen: '2023-11-14T22:13:20.000000000Z',
      lastSeen: '2023-11-14T22:13:21.000000000Z',
      technique: { techniqueId: 'T1046' },
    });
    expect(alert?.flowIds).toEqual([5, 6, 7].map((record) => `${CONTEXT.dumpId}.abcdef01.f${record}`));
  });

  it('are not raised by Normal', () => {
    expect(alertsOf(many(3, () => ({ label: 'Normal' })))).toEqual([]);
  });

  it('are raised by anomalies only where that is asked for, and then apart from what has a label', () => {
    const rows = detectionRows(many(3, () => ({})));
    const alertsFrom = (threshold?: number) => {
      const builder = createGroupBuilder(threshold);
      for (const [i, anomaly] of [0.5, 0.97, 0.99].entries()) {
        builder.add(rows, i, { ...verdictOf({ ...SCAN, label: 'Normal' }), anomaly });
      }
      return mergeGroups([builder.finish()], CONTEXT).alerts;
    };
    expect(alertsFrom()).toEqual([]);
    const [alert, ...others] = alertsFrom(0.9);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ label: 'Anomaly', flows: 2, score: 0.99, reasons: [], technique: undefined });
    expect(alert?.query).toContain('smartids.detection:false AND smartids.anomaly:[0.97 TO *]');
    expect(alert?.evidence.map(({ text }) => text)).toContain('its oddest flow has an anomaly score of 0.990');
    expect(alert?.riskScore).toBeLessThan(40);
  });

  it('of an older version of the code are still read', () => {
    const { groups } = chunkOf([SCAN]);
    const [{ minScore: _, ...old } = { minScore: 0 }] = groups;
    expect(alertGroupSchema.parse(old).minScore).toBe(0);
  });

  it('keep labels and pairs of hosts apart', () => {
    const alerts = alertsOf([
      SCAN,
      { ...SCAN, record: 1, label: 'SSH Patator' },
      { ...SCAN, record: 2, destination: '10.0.0.9' },
    ]);
    expect(alerts).toHaveLength(3);
  });

  it('are cut at a silence of more than an hour, counted from the last flow’s end', () => {
    const later = (endToStart: number) => [
      SCAN,
      { ...SCAN, record: 1, startSeconds: SCAN.endSeconds + endToStart, endSeconds: SCAN.endSeconds + endToStart },
    ];
    expect(alertsOf(later(3600))).toHaveLength(1);
    expect(alertsOf(later(3601))).toHaveLength(2);
    expect(alertsOf(...later(3601).map((one) => [one]))).toHaveLength(2);
  });

  it('are not cut while one flow goes on, whatever began and ended meanwhile', () => {
    const at = (record: number, from: number, to: number) => ({
      ...SCAN,
      ...{ record, startSeconds: SCAN.startSeconds + from, endSeconds: SCAN.startSeconds + to },
    });
    expect(alertsOf([at(0, 0, 7200), at(1, 60, 61), at(2, 10_000, 10_001)])).toHaveLength(1);
  });

  it('collapse to the destination beyond 64 sources, also where no chunk saw so many', () => {
    const flood = many(MAX_SIDES + 1, (i) => ({ label: 'DDoS', source: address(i) }));
    for (const alerts of [alertsOf(flood), alertsOf(flood.slice(0, 40), flood.slice(40))]) {
      expect(alerts).toHaveLength(1);
      expect(alerts[0]).toMatchObject({
        source: null,
        destination: '10.0.0.2',
        sources: 65,
        destinations: 1,
        flows: 65,
      });
    }
    expect(alertsOf(flood.slice(1))).toHaveLength(MAX_SIDES);
  });

  it('collapse to the source beyond 64 destinations', () => {
    const sweep = many(300, (i) => ({ destination: address(i) }));
    expect(alertsOf(sweep.slice(0, 30), sweep.slice(30))).toMatchObject([
      { source: '10.0.0.1', destination: null, sources: 1, destinations: 300, flows: 300 },
    ]);
  });

  it('count sources beyond 1,024 to within a tenth', () => {
    const [alert] = alertsOf(many(5000, (i) => ({ label: 'DDoS', source: address(i) })));
    expect(alert?.sources).toBeGreaterThan(4500);
    expect(alert?.sources).toBeLessThan(5500);
  });

  it('count ports one by one, and beyond 1,024 to within a tenth', () => {
    expect(alertsOf(many(1000, (i) => ({ port: i })))[0]?.distinctPorts).toBe(1000);
    const [alert] = alertsOf(many(20_000, (i) => ({ port: i })));
    expect(alert?.distinctPorts).toBeGreaterThan(18_000);
    expect(alert?.distinctPorts).toBeLessThan(22_000);
  });

  it('give the reasons of their surest flows, one of each feature', () => {
    const reason = (feature: string, value: number) => ({ feature, value, text: `${feature} is ${value}` });
    const [alert] = alertsOf([
      { ...SCAN, record: 0, score: 0.7, reasons: [reason('a', 1), reason('b', 1)] },
      { ...SCAN, record: 1, score: 0.9, reasons: [reason('a', 2)] },
    ]);
    expect(alert?.reasons).toEqual([reason('a', 2), reason('b', 1)]);
  });

  it('are at most a thousand a dump, the riskiest; the rest is counted', () => {
    const pairs = many(MAX_ALERTS + 50, (i) => ({
      label: i === 1049 ? 'Heartbleed' : 'Port Scan',
      source: address(i),
      destination: `10.2.${Math.floor(i / 250)}.${(i % 250) + 1}`,
    }));
    const merged = mergeGroups([chunkOf(pairs)], CONTEXT);
    expect(merged.alerts).toHaveLength(MAX_ALERTS);
    expect(merged.alerts[0]?.label).toBe('Heartbleed');
    expect(merged.droppedAlerts).toBe(50);
  });

  it('find their flows by query, the parts of one host’s day apart', () => {
    const [alert] = alertsOf([{ ...SCAN, label: 'Web Attack - XSS' }]);
    expect(alert?.query).toBe(
      `smartids.dump.id:"${CONTEXT.dumpId}" AND smartids.detection:true AND smartids.label:"Web Attack - XSS"` +
        ' AND source.ip:"10.0.0.1" AND destination.ip:"10.0.0.2"' +
        ' AND event.start:["2023-11-14T22:13:20.000000000Z" TO "2023-11-14T22:13:21.000000000Z"]',
    );
  });

  it('survive times that fit no date', () => {
    const [alert] = alertsOf([{ ...SCAN, startSeconds: -7, endSeconds: 9e15 }]);
    expect(alert).toMatchObject({ firstSeen: undefined, lastSeen: undefined });
    expect(alert?.query).not.toContain('event.start');
  });
});

describe('a group table', () => {
  it('keeps the groups with most flows and counts the flows of the others', () => {
    const table = createGroupTable(2);
    const { groups } = chunkOf([
      SCAN,
      { ...SCAN, record: 1, label: 'DoS' },
      { ...SCAN, record: 2, label: 'DoS' },
      { ...SCAN, record: 3, label: 'Bot' },
      { ...SCAN, record: 4, label: 'Bot' },
    ]);
    for (const group of groups) table.add(group);
    const result = table.finish();
    expect(result.groups.map(({ label }) => label)).toEqual(['DoS', 'Bot']);
    expect(result.dropped).toBe(1);
  });
});
