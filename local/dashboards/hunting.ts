// dashboards: the hunting view: what is rare, long, regular or out of place, whatever the models say of it.

import { dashboard } from './dashboard.ts';
import { BEACONS, LONGEST, LOPSIDED, RARE_PORTS, RESETS, STRANGERS, UNANSWERED } from './hunting-connections.ts';
import {
  CERTIFICATES,
  DNS_ANSWERS,
  DNS_CLIENTS,
  HTTP_ANSWERS,
  HTTP_HOSTS,
  JA4,
  NAMES,
  RARE_NAMES,
  SERVER_NAMES,
  SHARES,
  SSH_SOFTWARE,
  TICKETS,
  TLS_VERSIONS,
  USER_AGENTS,
  USERS,
} from './hunting-names.ts';
import { DNS_QUESTIONS, HTTP_REQUESTS, LONG_FLOWS, ODD, TLS_HANDSHAKES, UPLOADS } from './searches.ts';
import { controls, note } from './visualization.ts';

const CHOICE = controls('hunting-choice', 'Where to look', [
  { field: 'smartids.dump.name', label: 'Dump', kind: 'flows', isText: true },
  { field: 'network.protocol', label: 'Protocol', kind: 'flows', isText: true },
  { field: 'related.ip', label: 'Address, on either side', kind: 'flows', isText: false },
]);
const HOW = note(
  'hunting-note',
  'How to read it',
  [
    'A click on a value filters everything by it; a click with the minus leaves it out. The search bar takes the same queries as Smart IDS: `destination.ip:"10.0.0.0/8" AND NOT smartids.label:Normal`.',
    'Rare tables begin with what is rarest. Saved searches with the packets behind a flow: copy `smartids.flow.id` and ask `GET /api/flows/{id}/pcap`.',
  ].join('\n\n'),
);
const half = (panel: typeof CHOICE) => ({ panel, width: 24 });

export const HUNTING = dashboard({
  id: 'hunting',
  title: 'Smart IDS: hunting',
  about: 'What is rare, long, regular or out of place, whatever the models say of it',
  rows: [
    { height: 8, panels: [{ panel: CHOICE, width: 26 }, HOW] },
    { height: 16, panels: [RARE_PORTS, STRANGERS] },
    { height: 16, panels: [half(BEACONS), half(LONGEST)] },
    { height: 16, panels: [UNANSWERED, LOPSIDED] },
    { height: 13, panels: [RESETS] },
    { height: 16, panels: [JA4] },
    { height: 16, panels: [SERVER_NAMES, CERTIFICATES, { panel: TLS_VERSIONS, width: 10 }] },
    { height: 16, panels: [NAMES, RARE_NAMES, { panel: DNS_ANSWERS, width: 14 }] },
    { height: 16, panels: [DNS_CLIENTS, USERS] },
    { height: 16, panels: [USER_AGENTS, HTTP_HOSTS, { panel: HTTP_ANSWERS, width: 12 }] },
    { height: 16, panels: [SSH_SOFTWARE] },
    { height: 16, panels: [SHARES, TICKETS] },
    { height: 14, panels: [ODD] },
    { height: 14, panels: [LONG_FLOWS, UPLOADS] },
    { height: 14, panels: [HTTP_REQUESTS] },
    { height: 14, panels: [DNS_QUESTIONS, TLS_HANDSHAKES] },
  ],
});
