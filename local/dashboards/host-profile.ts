// dashboards: one host's profile: whom it calls and who calls it, how much in and out, by which programs, and what was raised about it.

import { count, filters, metric, terms } from './aggregation.ts';
import { dashboard } from './dashboard.ts';
import { ALERTS, DETECTIONS } from './searches.ts';
import { controls, note, numbers, overTime, ring, table } from './visualization.ts';

const SENT = metric('sum', 'source.bytes', 'From source');
const RECEIVED = metric('sum', 'destination.bytes', 'From destination');

const CHOICE = controls('host-choice', 'Which host', [
  { field: 'related.ip', label: 'Either side', kind: 'flows', isText: false },
  { field: 'source.ip', label: 'Outgoing: the host began it', kind: 'flows', isText: false },
  { field: 'destination.ip', label: 'Incoming: the host was called', kind: 'flows', isText: false },
  { field: 'source.mac', label: 'Hardware address', kind: 'flows', isText: true },
]);
const HOW = note(
  'host-note',
  'In and out',
  '**Either side** shows the whole host, alerts too. **Outgoing** alone shows what it began: *from source* is what it sent. **Incoming** alone shows who called it: *from source* is what it received.',
);
const TOTALS = numbers({
  ...{ id: 'host-totals', title: 'In all' },
  metrics: [
    count(),
    SENT,
    RECEIVED,
    metric('cardinality', 'related.ip', 'Addresses'),
    metric('min', 'event.start', 'First seen'),
    metric('max', 'event.end', 'Last seen'),
  ],
});
const IN_AND_OUT = overTime({ id: 'host-in-and-out', title: 'Bytes both ways', metrics: [SENT, RECEIVED] }, 'area');
const OUTGOING = table(
  {
    ...{ id: 'host-outgoing', title: 'Whom it calls', metrics: [count(), SENT, RECEIVED] },
    about: 'With "Outgoing" chosen above',
  },
  terms('destination.ip', 'Destination', { size: 20 }),
  terms('destination.port', 'Port', { size: 5 }),
  terms('network.protocol', 'Protocol', { size: 1, without: 'unknown' }),
);
const INCOMING = table(
  {
    ...{ id: 'host-incoming', title: 'Who calls it', metrics: [count(), SENT, RECEIVED] },
    about: 'With "Incoming" chosen above',
  },
  terms('source.ip', 'Source', { size: 20 }),
  terms('destination.port', 'Port', { size: 5 }),
  terms('network.protocol', 'Protocol', { size: 1, without: 'unknown' }),
);
const PROTOCOLS = ring(
  { id: 'host-protocols', title: 'What it speaks', metrics: [count()] },
  terms('network.protocol', 'Protocol', { size: 12, without: 'unknown', others: true }),
);
const OUTCOME = ring(
  { id: 'host-outcome', title: 'How it went', metrics: [count()] },
  filters({
    'to the end': 'smartids.flow.state:SF',
    'no answer': 'smartids.flow.state:S0',
    refused: 'smartids.flow.state:REJ OR smartids.flow.unreachable:true',
    reset: 'smartids.flow.state:(RSTO OR RSTR OR RSTOS0 OR RSTRH)',
    'no TCP': 'NOT _exists_:smartids.flow.state',
  }),
);
const LABELS = overTime(
  { id: 'host-labels', title: 'Verdicts over time', metrics: [count()] },
  'histogram',
  terms('smartids.label', 'Label', { size: 12 }),
);
const NAMES = table(
  {
    ...{ id: 'host-names', title: 'Names it uses', metrics: [count(), SENT, RECEIVED] },
    about: 'HTTP hosts, TLS server names, DNS questions',
  },
  terms('related.hosts', 'Name', { size: 25 }),
);
const SOFTWARE = table(
  { id: 'host-software', title: 'Its software, as it says', metrics: [count()] },
  terms('user_agent.original', 'User agent', { size: 15 }),
);
const TLS_CLIENTS = table(
  {
    id: 'host-tls',
    title: 'Its TLS clients',
    metrics: [count(), metric('cardinality', 'destination.ip', 'Destinations')],
  },
  terms('tls.client.ja4', 'JA4', { size: 15 }),
);
const SYSTEM = table(
  {
    ...{ id: 'host-system', title: 'Hardware and first TTL' },
    about: '64, 128 or 255 less the hops: Unix, Windows, network gear',
    metrics: [count()],
  },
  terms('source.ip', 'Source', { size: 10 }),
  terms('source.mac', 'Hardware address', { size: 2, without: 'none' }),
  terms('smartids.flow.source.ttl', 'TTL', { size: 2 }),
);

export const HOST_PROFILE = dashboard({
  id: 'host-profile',
  title: 'Smart IDS: host profile',
  about: 'Whom a host calls and who calls it, how much in and out, by which programs, and what was raised about it',
  rows: [
    { height: 8, panels: [{ panel: CHOICE, width: 32 }, HOW] },
    { height: 7, panels: [TOTALS] },
    { height: 12, panels: [IN_AND_OUT, LABELS] },
    { height: 15, panels: [OUTGOING, INCOMING] },
    { height: 13, panels: [{ panel: PROTOCOLS, width: 14 }, { panel: OUTCOME, width: 14 }, NAMES] },
    { height: 13, panels: [SOFTWARE, TLS_CLIENTS, SYSTEM] },
    { height: 13, panels: [ALERTS] },
    { height: 13, panels: [DETECTIONS] },
  ],
});
