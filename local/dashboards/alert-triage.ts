// dashboards: alert triage: what is worst, by which technique, from where, when; then the alerts themselves.

import { count, metric, ranges, terms } from './aggregation.ts';
import { dashboard } from './dashboard.ts';
import { SEVERITIES } from './overview.ts';
import { ALERTS } from './searches.ts';
import { bars, controls, overTime, ring, table } from './visualization.ts';

const COUNT = count('Alerts');
const RISK = metric('max', 'event.risk_score', 'Highest risk');
const FLOWS = metric('sum', 'smartids.alert.flows', 'Flows');

const CHOICE = controls('triage-choice', 'Which alerts', [
  { field: 'smartids.label', label: 'Class', kind: 'alerts', isText: true },
  { field: 'source.ip', label: 'Source', kind: 'alerts', isText: false },
  { field: 'destination.ip', label: 'Destination', kind: 'alerts', isText: false },
  { field: 'threat.technique.id', label: 'ATT&CK technique', kind: 'alerts', isText: true },
  { field: 'smartids.dump.name', label: 'Dump', kind: 'alerts', isText: true },
]);
const BY_SEVERITY = ring({ id: 'triage-severity', title: 'Severity', kind: 'alerts', metrics: [COUNT] }, SEVERITIES);
const TIMELINE = overTime(
  { id: 'triage-timeline', title: 'When it began', kind: 'alerts', metrics: [COUNT] },
  'histogram',
  SEVERITIES,
);
const RISKS = bars(
  {
    ...{ id: 'triage-risk', title: 'Risk', kind: 'alerts', metrics: [COUNT] },
    about: 'Sum of named evidence, 0 to 100: critical from 80, high from 60, medium from 40',
  },
  ranges('event.risk_score', 'Risk', [
    { to: 20 },
    { from: 20, to: 40 },
    { from: 40, to: 60 },
    { from: 60, to: 80 },
    { from: 80 },
  ]),
);
const TECHNIQUES = table(
  { id: 'triage-techniques', title: 'MITRE ATT&CK', kind: 'alerts', metrics: [COUNT, RISK, FLOWS] },
  terms('threat.tactic.name', 'Tactic', { size: 15 }),
  terms('threat.technique.id', 'Technique', { size: 10 }),
  terms('threat.technique.name', 'Name', { size: 1 }),
);
const SOURCES = table(
  {
    ...{ id: 'triage-sources', title: 'Sources', kind: 'alerts' },
    about: 'An alert with more than 64 sources names none',
    metrics: [RISK, COUNT, FLOWS, metric('cardinality', 'smartids.label', 'Classes')],
  },
  terms('source.ip', 'Source', { size: 25 }),
);
const TARGETS = table(
  {
    ...{ id: 'triage-targets', title: 'Targets', kind: 'alerts' },
    metrics: [RISK, COUNT, FLOWS, metric('max', 'smartids.alert.sources', 'Most sources')],
  },
  terms('destination.ip', 'Destination', { size: 25 }),
  terms('smartids.label', 'Class', { size: 5 }),
);
const PORTS = bars(
  { id: 'triage-ports', title: 'Ports that were aimed at', kind: 'alerts', metrics: [COUNT] },
  terms('destination.port', 'Port', { size: 20 }),
  terms('smartids.label', 'Class', { size: 10 }),
);

export const ALERT_TRIAGE = dashboard({
  id: 'alert-triage',
  title: 'Smart IDS: alert triage',
  about: 'What is worst, by which technique, from where and when; then the alerts themselves, the riskiest first',
  rows: [
    { height: 7, panels: [CHOICE] },
    { height: 11, panels: [{ panel: BY_SEVERITY, width: 11 }, TIMELINE, { panel: RISKS, width: 13 }] },
    { height: 14, panels: [TECHNIQUES, SOURCES] },
    { height: 14, panels: [TARGETS, PORTS] },
    { height: 22, panels: [ALERTS] },
  ],
});
