// dashboards: what to hunt for among connections: rare ports, unusual places, long, regular, one-sided and unanswered ones.

import { count, metric, terms } from './aggregation.ts';
import { bars, table } from './visualization.ts';

const SOURCES = metric('cardinality', 'source.ip', 'Sources');
const DESTINATIONS = metric('cardinality', 'destination.ip', 'Destinations');
const SENT = metric('sum', 'source.bytes', 'Sent');
const RECEIVED = metric('sum', 'destination.bytes', 'Received');

export const RARE_PORTS = table(
  {
    ...{ id: 'rare-ports', title: 'Rare ports', metrics: [count(), SOURCES, DESTINATIONS, SENT] },
    about: 'Ports that answered and few use; a scan is left out, since nobody answered it',
    query: 'destination.packets:[1 TO *] AND NOT smartids.flow.state:REJ',
  },
  terms('destination.port', 'Port', { size: 25, rarestFirst: true }),
  terms('network.protocol', 'Protocol', { size: 2, without: 'unknown' }),
);

/** The ports where each is at home. */
const HOMES = {
  http: [80, 3000, 5000, 8000, 8008, 8080, 8081, 8888, 3128],
  tls: [443, 465, 563, 636, 853, 989, 990, 992, 993, 995, 3389, 5061, 5671, 6443, 8443, 8883, 9443],
  dns: [53, 137, 5353, 5355],
  ssh: [22],
  smb: [139, 445],
  ftp: [21],
  rdp: [3389],
} as const;

export const STRANGERS = table(
  {
    ...{ id: 'strangers', title: 'Protocols away from home', metrics: [count(), SOURCES, SENT, RECEIVED] },
    about: 'The first bytes say the protocol, the port says another',
    query: Object.entries(HOMES)
      .map(([protocol, ports]) => `(network.protocol:${protocol} AND NOT destination.port:(${ports.join(' OR ')}))`)
      .join(' OR '),
  },
  terms('network.protocol', 'Protocol', { size: 10 }),
  terms('destination.port', 'Port', { size: 5 }),
  terms('destination.ip', 'Destination', { size: 3 }),
);

export const LONGEST = table(
  {
    ...{ id: 'longest', title: 'Longest connections' },
    about: 'All parts of a connection together',
    query: 'NOT network.transport:icmp',
    metrics: [metric('sum', 'event.duration', 'Time in it'), count('Parts'), SENT, RECEIVED],
  },
  terms('network.community_id', 'Connection', { size: 20 }),
  terms('source.ip', 'Source', { size: 1 }),
  terms('destination.ip', 'Destination', { size: 1 }),
  terms('destination.port', 'Port', { size: 1 }),
);

export const BEACONS = table(
  {
    ...{ id: 'beacons', title: 'Beacons' },
    about:
      'Many connections of the same size to the same place: the nearer the two bounds of the deviation, the more a program than a person',
    query:
      'smartids.flow.part:0 AND source.bytes:[1 TO *] AND destination.bytes:[1 TO *] AND NOT smartids.flow.state:REJ',
    metrics: [
      count('Connections'),
      metric('std_dev', 'source.bytes', 'sent'),
      metric('std_dev', 'event.duration', 'duration'),
      metric('min', 'event.start', 'First'),
      metric('max', 'event.start', 'Last'),
    ],
  },
  terms('source.ip', 'Source', { size: 10 }),
  terms('destination.ip', 'Destination', { size: 5 }),
  terms('destination.port', 'Port', { size: 2 }),
);

export const UNANSWERED = table(
  {
    ...{ id: 'unanswered', title: 'Nobody home' },
    about: 'Who knocks where nobody answers, or is refused: many destinations are a sweep, many ports a scan',
    query: 'smartids.flow.state:(S0 OR REJ OR RSTOS0) OR smartids.flow.unreachable:true',
    metrics: [count('Attempts'), DESTINATIONS, metric('cardinality', 'destination.port', 'Ports')],
  },
  terms('source.ip', 'Source', { size: 15 }),
);

export const LOPSIDED = table(
  {
    ...{ id: 'lopsided', title: 'Who sends most', metrics: [SENT, RECEIVED, count()] },
    about: 'By what the source sent: what leaves the house',
  },
  terms('source.ip', 'Source', { size: 10 }),
  terms('destination.ip', 'Destination', { size: 3 }),
  terms('network.protocol', 'Protocol', { size: 2, without: 'unknown' }),
);

export const RESETS = bars(
  { id: 'states-by-port', title: 'How connections to a port went', metrics: [count()] },
  terms('destination.port', 'Port', { size: 20 }),
  terms('smartids.flow.state', 'State', { size: 13 }),
);
