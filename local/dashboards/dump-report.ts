// dashboards: one dump's report: choose it, then what is in it, what was found, what stands against that.

import { count, filters, metric, terms } from './aggregation.ts';
import { dashboard } from './dashboard.ts';
import { PROTOCOLS } from './overview.ts';
import { ALERTS, DETECTIONS, DUMPS, ODD, PACKETS } from './searches.ts';
import { bars, controls, numbers, overTime, ring, table } from './visualization.ts';

const CHOICE = controls('dump-choice', 'Which dump', [
  { field: 'smartids.dump.name', label: 'Name', kind: 'flows', isText: true },
  { field: 'smartids.dump.id', label: 'Id', kind: 'flows', isText: true },
]);
const TIMES = table(
  {
    ...{ id: 'dump-times', title: 'When it is of' },
    about: 'Set the time range to these, so that the charts below are as wide as the dump is long',
    metrics: [
      count(),
      metric('min', 'event.start', 'First packet'),
      metric('max', 'event.end', 'Last packet'),
      metric('sum', 'network.bytes', 'Bytes'),
    ],
  },
  terms('smartids.dump.name', 'Dump', { size: 25 }),
);
const TOTALS = numbers({
  ...{ id: 'dump-totals', title: 'In it' },
  metrics: [
    count(),
    metric('sum', 'network.packets', 'Packets'),
    metric('cardinality', 'source.ip', 'Sources'),
    metric('cardinality', 'destination.ip', 'Destinations'),
  ],
});
const VERDICTS = ring(
  { id: 'dump-verdicts', title: 'Verdicts', metrics: [count()] },
  filters({
    detection: 'smartids.detection:true',
    'odd, no detection': 'smartids.detection:false AND smartids.anomaly:[0.9 TO *]',
    ordinary: 'smartids.detection:false AND smartids.anomaly:[* TO 0.9}',
    'not scored': 'NOT _exists_:smartids.detection',
  }),
);
const LABELS = table(
  {
    ...{ id: 'dump-labels', title: 'What was found', query: 'smartids.detection:true' },
    metrics: [
      count(),
      metric('avg', 'smartids.score', 'Mean probability'),
      metric('cardinality', 'source.ip', 'Sources'),
      metric('cardinality', 'destination.ip', 'Destinations'),
      metric('min', 'event.start', 'From'),
      metric('max', 'event.end', 'To'),
    ],
  },
  terms('smartids.label', 'Label', { size: 24 }),
);
const TIMELINE = overTime(
  { id: 'dump-timeline', title: 'Packets and their verdict', metrics: [metric('sum', 'network.packets', 'Packets')] },
  'histogram',
  filters({ detection: 'smartids.detection:true', 'no detection': 'NOT smartids.detection:true' }),
);
const STATES = bars(
  {
    ...{ id: 'dump-states', title: 'How TCP connections went', metrics: [count()] },
    about:
      'S0: no answer, REJ: refused, SF: from start to end, RSTO and RSTR: reset by the source or the destination, OTH: its start is not in the dump',
  },
  terms('smartids.flow.state', 'State', { size: 15 }),
  terms('smartids.flow.end_reason', 'Why the flow ended', { size: 6 }),
);
const TALKERS = table(
  {
    ...{ id: 'dump-conversations', title: 'Conversations' },
    metrics: [
      metric('sum', 'network.bytes', 'Bytes'),
      metric('sum', 'source.bytes', 'Sent'),
      metric('sum', 'destination.bytes', 'Received'),
      count(),
    ],
  },
  terms('source.ip', 'Source', { size: 10 }),
  terms('destination.ip', 'Destination', { size: 5 }),
);

export const DUMP_REPORT = dashboard({
  id: 'dump-report',
  title: "Smart IDS: one dump's report",
  about: 'Choose a dump; then what is in it, what was found, and what stands against that',
  rows: [
    { height: 7, panels: [{ panel: CHOICE, width: 16 }, TIMES] },
    { height: 8, panels: [DUMPS] },
    { height: 8, panels: [TOTALS, { panel: VERDICTS, width: 16 }] },
    { height: 12, panels: [TIMELINE, { panel: PROTOCOLS, width: 16 }] },
    { height: 13, panels: [LABELS, STATES] },
    { height: 14, panels: [ALERTS] },
    { height: 14, panels: [TALKERS, ODD] },
    { height: 14, panels: [DETECTIONS] },
    { height: 14, panels: [PACKETS] },
  ],
});
