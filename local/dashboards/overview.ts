// dashboards: the overview: how much of what, who talks most, what was raised, and how sure that is.

import { count, filters, histogram, metric, terms } from './aggregation.ts';
import { dashboard } from './dashboard.ts';
import { DUMPS } from './searches.ts';
import { bars, numbers, overTime, ring, table } from './visualization.ts';

const DETECTION = 'smartids.detection:true';
const BYTES = metric('sum', 'network.bytes', 'Bytes');

/** By `event.severity`, the worst first. */
export const SEVERITIES = filters({
  critical: 'event.severity:4',
  high: 'event.severity:3',
  medium: 'event.severity:2',
  low: 'event.severity:1',
});

const TOTALS = numbers({
  ...{ id: 'totals', title: 'Traffic' },
  metrics: [
    count(),
    BYTES,
    metric('sum', 'network.packets', 'Packets'),
    metric('cardinality', 'related.ip', 'Addresses'),
    metric('cardinality', 'smartids.dump.id', 'Dumps'),
  ],
});
const ALERT_TOTALS = numbers(
  { id: 'alert-totals', title: 'Alerts by severity', kind: 'alerts', metrics: [count('Alerts')] },
  SEVERITIES,
);
const TRAFFIC = overTime(
  { id: 'traffic', title: 'Traffic by protocol', metrics: [BYTES] },
  'area',
  terms('network.protocol', 'Protocol', { size: 10, without: 'unknown' }),
);
const DETECTIONS_OVER_TIME = overTime(
  { id: 'detections-over-time', title: 'Detections over time', query: DETECTION, metrics: [count()] },
  'histogram',
  terms('smartids.label', 'Label', { size: 12 }),
);
export const PROTOCOLS = ring(
  {
    ...{ id: 'protocols', title: 'Protocols', metrics: [BYTES] },
    about: 'Inner ring: transport; outer ring: application, by its first bytes, else by the port',
  },
  terms('network.transport', 'Transport', { size: 5 }),
  terms('network.protocol', 'Protocol', { size: 12, without: 'unknown' }),
);
const TALKERS = table(
  {
    ...{ id: 'talkers', title: 'Top talkers' },
    metrics: [
      metric('sum', 'source.bytes', 'Sent'),
      metric('sum', 'destination.bytes', 'Received'),
      count(),
      metric('cardinality', 'destination.ip', 'Destinations'),
      metric('cardinality', 'destination.port', 'Ports'),
    ],
  },
  terms('source.ip', 'Source', { size: 20 }),
);
const SERVICES = table(
  {
    ...{ id: 'services', title: 'Top services' },
    metrics: [BYTES, count(), metric('cardinality', 'source.ip', 'Sources')],
  },
  terms('destination.ip', 'Destination', { size: 15 }),
  terms('destination.port', 'Port', { size: 3 }),
);
const ALERT_CLASSES = bars(
  { id: 'alert-classes', title: 'Alerts by class', kind: 'alerts', metrics: [count('Alerts')] },
  terms('smartids.label', 'Class', { size: 25 }),
  SEVERITIES,
  'sideways',
);
const ATTACKERS = table(
  {
    ...{ id: 'attackers', title: 'Who, and what', kind: 'alerts' },
    metrics: [
      metric('max', 'event.risk_score', 'Highest risk'),
      count('Alerts'),
      metric('sum', 'smartids.alert.flows', 'Flows'),
    ],
  },
  terms('source.ip', 'Source', { size: 10 }),
  terms('smartids.label', 'Class', { size: 5 }),
);
const SURENESS = bars(
  {
    ...{ id: 'sureness', title: 'How sure the detections are', query: DETECTION, metrics: [count()] },
    about: 'Calibrated probability of the label: what stands left is more often wrong',
  },
  histogram('smartids.score', 'Probability', 0.05),
  terms('smartids.label', 'Label', { size: 12 }),
);
const DOUBTFUL = table(
  {
    ...{ id: 'doubtful', title: 'Where a false alarm is likeliest', query: DETECTION },
    about:
      'The least sure first. One service that many sources use and that is flagged again and again is often a habit of the house',
    metrics: [
      metric('avg', 'smartids.score', 'Mean probability'),
      count(),
      metric('cardinality', 'source.ip', 'Sources'),
      metric('avg', 'smartids.anomaly', 'Mean anomaly'),
    ],
  },
  terms('smartids.label', 'Label', { size: 15, rarestFirst: true }),
  terms('destination.ip', 'Destination', { size: 3, by: 2 }),
  terms('destination.port', 'Port', { size: 2, by: 2 }),
);

export const OVERVIEW = dashboard({
  id: 'overview',
  title: 'Smart IDS: overview',
  about: 'How much of what, who talks most, what was raised, and how sure that is',
  rows: [
    { height: 7, panels: [TOTALS, { panel: ALERT_TOTALS, width: 18 }] },
    { height: 13, panels: [TRAFFIC, { panel: PROTOCOLS, width: 16 }] },
    { height: 13, panels: [DETECTIONS_OVER_TIME, { panel: ALERT_CLASSES, width: 18 }] },
    { height: 15, panels: [TALKERS, SERVICES] },
    { height: 15, panels: [ATTACKERS, SURENESS] },
    { height: 15, panels: [DOUBTFUL, DUMPS] },
  ],
});
