// dashboards: saved searches that several dashboards show: documents as rows, with the columns a person reads first.

import { savedSearch } from './dashboard.ts';

const ENDS = ['source.ip', 'source.port', 'destination.ip', 'destination.port'] as const;
const FLOW = [...ENDS, 'network.protocol', 'source.bytes', 'destination.bytes', 'event.duration'] as const;

export const ALERTS = savedSearch({
  ...{ id: 'alerts', title: 'Alerts', kind: 'alerts', query: '', largest: 'event.risk_score' },
  about: 'The riskiest first; smartids.alert.query is a query for all flows of an alert',
  columns: [
    ...['event.severity', 'event.risk_score', 'smartids.label', 'source.ip', 'destination.ip', 'destination.port'],
    ...['threat.technique.name', 'smartids.alert.flows', 'smartids.alert.evidence_text', 'smartids.alert.query'],
  ],
});

export const DETECTIONS = savedSearch({
  ...{ id: 'detections', title: 'Flows with a detection', kind: 'flows', query: 'smartids.detection:true' },
  about: 'With the reasons, in words',
  columns: ['smartids.label', 'smartids.score', ...ENDS, 'network.protocol', 'smartids.reasons.text'],
});

export const ODD = savedSearch({
  ...{ id: 'odd', title: 'Odd flows without a detection', kind: 'flows', largest: 'smartids.anomaly' },
  query: 'smartids.detection:false AND smartids.anomaly:[0.9 TO *]',
  about: 'Nothing like them was seen in training: no label says so, a person has to look',
  columns: ['smartids.anomaly', 'smartids.label', ...FLOW, 'smartids.flow.state'],
});

export const LONG_FLOWS = savedSearch({
  ...{ id: 'long-flows', title: 'Long connections', kind: 'flows', query: 'smartids.flow.part:[1 TO *]' },
  about: 'Further parts of connections that lasted more than two minutes; network.community_id holds them together',
  columns: ['network.community_id', 'smartids.flow.part', ...FLOW],
});

export const UPLOADS = savedSearch({
  ...{ id: 'uploads', title: 'Uploads', kind: 'flows', query: 'source.bytes:[100000 TO *]', largest: 'source.bytes' },
  about: 'Flows whose source sent more than 100,000 bytes, the largest first',
  columns: [...FLOW, 'tls.client.server_name', 'url.domain'],
});

export const HTTP_REQUESTS = savedSearch({
  ...{ id: 'http-requests', title: 'HTTP requests', kind: 'flows', query: '_exists_:http.request.method' },
  about: 'The first request of each connection, and what was answered',
  columns: [
    ...['source.ip', 'destination.ip', 'http.request.method', 'url.domain', 'url.original'],
    ...['http.response.status_code', 'user_agent.original', 'smartids.label'],
  ],
});

export const DNS_QUESTIONS = savedSearch({
  ...{ id: 'dns-questions', title: 'DNS questions', kind: 'flows', query: '_exists_:dns.question.name' },
  about: 'Who asked for which name, and what was answered',
  columns: [
    ...['source.ip', 'destination.ip', 'dns.question.type', 'dns.question.name'],
    ...['dns.response_code', 'dns.answers.data', 'smartids.label'],
  ],
});

export const TLS_HANDSHAKES = savedSearch({
  ...{ id: 'tls-handshakes', title: 'TLS handshakes', kind: 'flows', query: 'network.protocol:tls' },
  about: 'Names, fingerprints and certificates',
  columns: [
    ...['source.ip', 'destination.ip', 'destination.port', 'tls.client.server_name', 'tls.version', 'tls.client.ja4'],
    ...['tls.client.ja3', 'tls.server.subject', 'tls.server.issuer'],
  ],
});

export const PACKETS = savedSearch({
  ...{ id: 'packets', title: 'Packets of flows with a detection', kind: 'packets', query: '' },
  about: 'Which packets have documents is a setting; all of them are listed on the page of Smart IDS',
  columns: [
    ...['smartids.packet.record', ...ENDS, 'network.transport', 'smartids.packet.ip_length'],
    ...['smartids.packet.tcp_flags', 'smartids.packet.payload_length', 'smartids.label', 'smartids.flow.id'],
  ],
});

export const DUMPS = savedSearch({
  ...{ id: 'dumps', title: 'Dumps', kind: 'dumps', query: '', largest: 'smartids.dump.created_at' },
  about: 'The captures, the latest first',
  columns: [
    ...['smartids.dump.name', 'smartids.dump.state', 'smartids.dump.first_seen', 'smartids.dump.last_seen'],
    ...['smartids.dump.records', 'smartids.dump.flows', 'smartids.dump.alerts', 'smartids.dump.gaps'],
    ...['smartids.dump.error.message', 'smartids.dump.id'],
  ],
});
