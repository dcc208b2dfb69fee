// cli: what a scan says of an alert, to programs and to people.
import { beforeEach, describe, expect, it } from 'vitest';
import { alertOfGroup } from '../../../lib/alert/alert.ts';
import { groupOfDetection } from '../../../lib/alert/group-builder.ts';
import { alertDocument } from '../../../lib/document/alert-document.ts';
import { readReport, renderReport, type ScanReport } from '../../../local/cli/scan-report.ts';
import { CONTEXT, DUMP } from '../../support/analysis.ts';
import { detectionRows, SCAN, verdictOf } from '../../support/detections.ts';

const REASONS = [
  { feature: 'sourceWindowPairPorts', value: 142, text: '142 ports of one host tried in 3.1 s (normally at most 4)' },
  { feature: 'sourceWindowUnanswered', value: 0.97, text: '97 % of 142 flows in 3.1 s unanswered' },
];

function storedAlert(): unknown {
  const verdict = { ...verdictOf(SCAN), reasons: REASONS };
  const group = groupOfDetection(detectionRows([SCAN]), 0, verdict);
  return JSON.parse(JSON.stringify(alertDocument(alertOfGroup(CONTEXT, group), CONTEXT)));
}

function oddFlow(): unknown {
  return {
    '@timestamp': '2026-11-23T06:41:02.000000000Z',
    event: { id: 'f17' },
    source: { ip: '2001:db8::5', port: 40000 },
    destination: { ip: '10.0.0.9' },
    network: { transport: 'udp' },
    smartids: { anomaly: 0.97 },
  };
}

describe('the report of a scan', () => {
  let report: ScanReport;
  beforeEach(async () => {
    const search = async (kind: string, { size }: { readonly size: number }) => {
      if (kind === 'alerts') return { hits: [storedAlert()], total: { value: 1 } };
      if (size > 0) return { hits: [oddFlow()], total: { value: 1234 } };
      return { hits: [], total: { value: 2000 }, aggregations: { labels: { buckets: [] } } };
    };
    const api = { search };
    const dump = { ...DUMP, alerts: 1, state: 'ready', ledger: { ...DUMP.ledger, flows: 2000 } };
    type Arguments = Parameters<typeof readReport>;
    // of the client and the dump only what a report reads
    report = await readReport(
      api as unknown as Arguments[0],
      dump as unknown as Arguments[1],
      'a.pcap',
      'ab'.repeat(32),
    );
  });

  it('gives the model’s reasons as evidence without points, before what the risk is the sum of', () => {
    const [alert] = report.alerts;
    expect(alert?.evidence.slice(0, 3)).toMatchObject([
      { name: 'sourceWindowPairPorts', points: 0, text: REASONS[0]?.text },
      { name: 'sourceWindowUnanswered', points: 0 },
      { name: 'kind' },
    ]);
    expect(alert?.evidence.reduce((sum, { points }) => sum + points, 0)).toBe(alert?.riskScore);
  });

  it('lists what no label was given to, yet is unlike anything seen, apart from the alerts', () => {
    expect(report.anomalies).toEqual({
      flows: 1234,
      oddest: [
        {
          ...{ id: 'f17', anomaly: 0.97, source: '[2001:db8::5]:40000', destination: '10.0.0.9', protocol: 'udp' },
          firstSeen: '2026-11-23T06:41:02.000000000Z',
        },
      ],
    });
    const text = renderReport(report);
    expect(text).toContain('1,234 of the flows without a detection are unlike anything seen');
    expect(text).toContain('[2001:db8::5]:40000 to 10.0.0.9 udp, anomaly score 0.97');
  });

  it.each([100, 140, 400])('shows the reasons first, in a table no wider than a terminal of %i columns', (columns) => {
    const lines = renderReport(report, columns).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.min(columns, 160));
    const why = lines.flatMap((line) => (line.startsWith('│') ? [line.split('│').at(-2)?.trim()] : []));
    expect(why.join(' ')).toMatch(
      /^why 142 ports of one host tried in 3.1 s \(normally at most 4\); 97 % of 142 flows/,
    );
  });
});
