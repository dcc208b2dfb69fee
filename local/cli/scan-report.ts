// cli: what a scan says of one file: as one JSON object, or as tables for people.

import { z } from 'zod';
import type { DumpView } from '../../functions/api/schema/dump-schema.ts';
import type { Ledger } from '../../lib/dump/ledger.ts';
import type { ApiClient } from './api-client.ts';
import { bytes, printable, table, thousands } from './terminal.ts';

/** The parts of an alert document that a report shows (ECS names). */
const alertDocumentSchema = z.looseObject({
  '@timestamp': z.string(),
  event: z.looseObject({ start: z.string(), end: z.string(), risk_score: z.number() }),
  source: z.looseObject({ ip: z.string().optional() }).optional(),
  destination: z.looseObject({ ip: z.string().optional() }).optional(),
  smartids: z.looseObject({
    label: z.string(),
    score: z.number(),
    alert: z.looseObject({
      flows: z.number(),
      evidence: z.array(z.looseObject({ name: z.string(), points: z.number(), text: z.string() })),
      reasons: z.array(z.looseObject({ feature: z.string(), text: z.string() })),
    }),
  }),
});

const labelBucketsSchema = z.looseObject({
  labels: z.looseObject({ buckets: z.array(z.looseObject({ key: z.string(), doc_count: z.number() })) }),
});

export interface ReportedAlert {
  readonly label: string;
  readonly score: number;
  readonly riskScore: number;
  /** Null where many sources (or destinations) stand behind one alert. */
  readonly source: string | null;
  readonly destination: string | null;
  readonly flows: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Why the model said so (features; no points), then what the risk is the sum of. */
  readonly evidence: readonly { readonly name: string; readonly points: number; readonly text: string }[];
}

/** A flow without a detection that is unlike anything the model saw in training. */
export interface ReportedAnomaly {
  /** The flow document's id. */
  readonly id: string;
  readonly anomaly: number;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly firstSeen: string;
}

export interface ScanReport {
  readonly file: string;
  readonly sha256: string;
  readonly state: DumpView['state'];
  readonly error?: { readonly code: string; readonly message: string };
  readonly ledger: DumpView['ledger'] | Ledger;
  readonly alerts: readonly ReportedAlert[];
  /** Apart from the alerts, the oddest first; `flows` counts all of them. */
  readonly anomalies: { readonly flows: number; readonly oddest: readonly ReportedAnomaly[] };
  readonly flowsByLabel: Readonly<Record<string, number>>;
}

const MAX_LABELS = 24;
export const NO_ANOMALIES: ScanReport['anomalies'] = { flows: 0, oddest: [] };
/** From here on a flow is odd: of training's Normal flows one in 2,000 reaches 1. */
const ODD = 0.9;
const SHOWN_ANOMALIES = 20;

const flowDocumentSchema = z.looseObject({
  '@timestamp': z.string(),
  event: z.looseObject({ id: z.string() }),
  source: z.looseObject({ ip: z.string(), port: z.number().optional() }),
  destination: z.looseObject({ ip: z.string(), port: z.number().optional() }),
  network: z.looseObject({ transport: z.string().optional(), protocol: z.string().optional() }),
  smartids: z.looseObject({ anomaly: z.number() }),
});

export async function readReport(api: ApiClient, dump: DumpView, file: string, sha256: string): Promise<ScanReport> {
  const alerts = dump.state === 'ready' && (dump.alerts ?? 0) > 0 ? await readAlerts(api, dump.id) : [];
  const flowsByLabel = dump.ledger.flows > 0 ? await countLabels(api, dump.id) : {};
  const anomalies = dump.ledger.flows > 0 ? await readAnomalies(api, dump.id) : NO_ANOMALIES;
  return {
    file,
    sha256,
    state: dump.state,
    ...(dump.error !== undefined && { error: { code: dump.error.code, message: dump.error.message } }),
    ledger: dump.ledger,
    alerts,
    anomalies,
    flowsByLabel,
  };
}

async function readAnomalies(api: ApiClient, dumpId: string): Promise<ScanReport['anomalies']> {
  const page = await api.search('flows', {
    q: `smartids.dump.id:"${dumpId}" AND smartids.detection:false AND smartids.anomaly:[${ODD} TO *]`,
    size: SHOWN_ANOMALIES,
    sort: 'smartids.anomaly:desc',
  });
  const oddest = page.hits.map((hit): ReportedAnomaly => {
    const { event, source, destination, network, smartids, ...flow } = flowDocumentSchema.parse(hit);
    return {
      id: event.id,
      anomaly: smartids.anomaly,
      source: sideText(source),
      destination: sideText(destination),
      protocol: network.protocol ?? network.transport ?? '',
      firstSeen: flow['@timestamp'],
    };
  });
  return { flows: page.total.value, oddest };
}

/** `10.0.0.5:443`, `[2001:db8::1]:443`. */
function sideText({ ip, port }: { readonly ip: string; readonly port?: number | undefined }): string {
  if (port === undefined) return ip;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

async function readAlerts(api: ApiClient, dumpId: string): Promise<readonly ReportedAlert[]> {
  const page = await api.search('alerts', {
    q: `smartids.dump.id:"${dumpId}"`,
    size: 1000,
    sort: 'event.risk_score:desc',
  });
  return page.hits.map((hit) => {
    const { event, source, destination, smartids } = alertDocumentSchema.parse(hit);
    const { flows, evidence, reasons } = smartids.alert;
    return {
      label: smartids.label,
      score: smartids.score,
      riskScore: event.risk_score,
      source: source?.ip ?? null,
      destination: destination?.ip ?? null,
      flows,
      firstSeen: event.start,
      lastSeen: event.end,
      evidence: [
        ...reasons.map(({ feature, text }) => ({ name: feature, points: 0, text })),
        ...evidence.map(({ name, points, text }) => ({ name, points, text })),
      ],
    };
  });
}

async function countLabels(api: ApiClient, dumpId: string): Promise<Readonly<Record<string, number>>> {
  const aggs = { labels: { terms: { field: 'smartids.label', size: MAX_LABELS } } };
  const page = await api.search('flows', { q: `smartids.dump.id:"${dumpId}"`, size: 0, aggs });
  const { labels } = labelBucketsSchema.parse(page.aggregations ?? { labels: { buckets: [] } });
  return Object.fromEntries(labels.buckets.map((bucket) => [bucket.key, bucket.doc_count]));
}

const SHOWN_ALERTS = 20;
const SHOWN_EVIDENCE = 3;
const WIDEST_TABLE = 160;
/** Where standard output is no terminal. */
const USUAL_WIDTH = 140;

/** Tables for people: the alerts, riskiest first, and the ledger in a few lines. */
export function renderReport(report: ScanReport, columns: number = process.stdout.columns ?? USUAL_WIDTH): string {
  const lines = [
    `${printable(report.file)}: ${report.state}${report.error ? ` — ${report.error.code}: ${printable(report.error.message)}` : ''}`,
  ];
  if (report.alerts.length > 0) {
    const rows = report.alerts.slice(0, SHOWN_ALERTS).map((alert) => [
      Math.round(alert.riskScore),
      alert.label,
      alert.source ?? 'many',
      alert.destination ?? 'many',
      thousands(alert.flows),
      alert.firstSeen.slice(0, 19),
      alert.evidence
        .slice(0, SHOWN_EVIDENCE)
        .map((item) => item.text)
        .join('; '),
    ]);
    const head = ['risk', 'label', 'source', 'destination', 'flows', 'first seen', 'why'];
    lines.push(table(head, rows, Math.min(columns, WIDEST_TABLE)));
    if (report.alerts.length > SHOWN_ALERTS)
      lines.push(`… and ${report.alerts.length - SHOWN_ALERTS} alerts more (--json shows all)`);
  } else if (report.state === 'ready') {
    lines.push('no alerts');
  }
  lines.push(renderLedger(report));
  return lines.join('\n');
}

function anomaliesRows({ flows, oddest: [first] }: ScanReport['anomalies']): [string, string][] {
  if (first === undefined) return [];
  const { source, destination, protocol, anomaly } = first;
  return [
    ['anomalies', `${thousands(flows)} of the flows without a detection are unlike anything seen`],
    ['the oddest', `${source} to ${destination} ${protocol}, anomaly score ${anomaly.toFixed(2)}`],
  ];
}

function renderLedger({ ledger, flowsByLabel, anomalies }: ScanReport): string {
  const counts = (values: Readonly<Record<string, number>>) =>
    Object.entries(values)
      .map(([name, count]) => `${name} ${thousands(count)}`)
      .join(', ');
  /** A flow model counts flows, a packet model packets: it alone says of which it scored none. */
  const scored = ({ scored: models, notScored }: ScanReport['ledger']) =>
    Object.entries(models)
      .map(([model, count]) => `${model} ${thousands(count)} ${Object.hasOwn(notScored, model) ? 'packets' : 'flows'}`)
      .join(', ');
  const rows: [string, string][] = [
    [
      'records',
      `${thousands(ledger.records)} (${bytes(ledger.bytes)}), ${thousands(ledger.packets)} in ${thousands(ledger.flows)} flows`,
    ],
    ['not in a flow', counts(ledger.undecodable)],
    ['warnings', counts(ledger.warnings)],
    ['scored', scored(ledger)],
    [
      'not scored',
      Object.entries(ledger.notScored)
        .map(([model, reasons]) => `${model}: ${counts(reasons)}`)
        .join('; '),
    ],
    ['flows by label', counts(flowsByLabel)],
    ...anomaliesRows(anomalies),
    ['gaps', ledger.gaps.map((gap) => `${bytes(gap.length)} at ${gap.offset}: ${gap.reason}`).join('; ')],
  ];
  return rows
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `  ${name.padEnd(14)} ${text}`)
    .join('\n');
}
