// document: every field of a flow's document.

import { END_REASONS, TCP_STATES } from '../flow/flow-fields.ts';
import { APPLICATION_FIELDS } from './application-fields.ts';
import { type FieldTable, field, MANY, PATTERNED_MANY, prefixedFields, REQUIRED, REQUIRED_MANY } from './field.ts';
import { flowStatisticsSchema } from './flow-statistics.ts';
import { PROTOCOL_FIELDS } from './protocol-fields.ts';
import { BASE_FIELDS, DUMP_REFERENCE_FIELDS, ENDPOINT_FIELDS, LABEL_FIELDS } from './shared-document-fields.ts';

/** One side's ECS fields. */
const SIDE = {
  ...ENDPOINT_FIELDS,
  bytes: field('long', 'Bytes sent by this side, on the wire', 4096, REQUIRED),
  packets: field('long', 'Packets sent by this side', 12, REQUIRED),
} satisfies FieldTable;

/** One side's counters, below `smartids.flow.source` and `smartids.flow.destination`. */
const SIDE_COUNTERS = {
  payload_bytes: field('long', 'Payload bytes sent by this side', 2048, REQUIRED),
  payload_packets: field('long', 'Packets with payload sent by this side', 7, REQUIRED),
  'tcp_flags.fin': field('long', 'Packets with FIN', 1),
  'tcp_flags.syn': field('long', 'Packets with SYN', 1),
  'tcp_flags.rst': field('long', 'Packets with RST', 0),
  'tcp_flags.psh': field('long', 'Packets with PSH', 4),
  'tcp_flags.ack': field('long', 'Packets with ACK', 11),
  'tcp_flags.urg': field('long', 'Packets with URG', 0),
  'tcp_flags.ece': field('long', 'Packets with ECE', 0),
  'tcp_flags.cwr': field('long', 'Packets with CWR', 0),
  retransmissions: field('long', 'TCP segments sent again', 0),
  window: field('long', 'TCP window of the first packet, unscaled', 64240),
  ttl: field('long', 'TTL or hop limit of the first packet', 64),
  tos: field('long', 'TOS byte or traffic class of the first packet', 0),
  packet_bytes_mean: field('double', 'Mean IP length of the packets, in bytes', 341.3, REQUIRED),
  gap_mean: field('double', 'Mean time between packets, in seconds', 0.025, REQUIRED),
} satisfies FieldTable;

export const FLOW_DOCUMENT_FIELDS = {
  ...BASE_FIELDS,
  'event.start': field('date_nanos', 'Time of the first packet', '2026-11-23T06:41:02.000000123Z'),
  'event.end': field('date_nanos', 'Time of the last packet', '2026-11-23T06:41:09.5Z'),
  'event.duration': field('long', 'Time from the first to the last packet, in nanoseconds', 7500000000, REQUIRED),
  ...prefixedFields('source.', SIDE),
  ...prefixedFields('destination.', SIDE),
  'network.transport': field('keyword', 'tcp, udp, icmp, ipv6-icmp, sctp, …', 'tcp'),
  'network.iana_number': field('keyword', 'IP protocol number', '6', REQUIRED),
  'network.type': field('keyword', 'ipv4 or ipv6', 'ipv4', { required: true, values: ['ipv4', 'ipv6'] }),
  'network.protocol': field('keyword', 'Application protocol by the first payload bytes, else by the port', 'http'),
  'network.bytes': field('long', 'Bytes both ways, on the wire', 8192, REQUIRED),
  'network.packets': field('long', 'Packets both ways', 24, REQUIRED),
  'network.community_id': field(
    'keyword',
    'Community ID v1: the same for all parts of a connection, in every tool',
    '1:LQU9…',
    REQUIRED,
  ),
  'network.vlan.id': field('keyword', 'VLAN', '100'),
  'related.ip': field('ip', 'Both addresses', '10.0.0.0/8', REQUIRED_MANY),
  'related.hosts': field(
    'keyword',
    'Names seen: HTTP Host, TLS server name, DNS question',
    'www.example.org',
    PATTERNED_MANY,
  ),
  'related.user': field('keyword', 'Names of users seen', 'admin', MANY),
  ...APPLICATION_FIELDS,
  ...PROTOCOL_FIELDS,
  ...DUMP_REFERENCE_FIELDS,
  'smartids.flow.id': field('keyword', "The flow's id, the same as its document's", '6f9f…c1.0a1b2c3d.f17', REQUIRED),
  'smartids.flow.first_record': field('long', 'Number of its first record in the dump, from 0', 17, REQUIRED),
  'smartids.flow.last_record': field('long', 'Number of its last record', 99, REQUIRED),
  'smartids.flow.records': field('long', 'Records of the dump in this flow', 24, REQUIRED),
  'smartids.flow.part': field('long', 'Running number among the flows of one long connection, from 0', 0, REQUIRED),
  'smartids.flow.state': field(
    'keyword',
    "TCP state at its end, Zeek's words (S0, SF, REJ, …); none for other protocols",
    'SF',
    { values: TCP_STATES },
  ),
  'smartids.flow.end_reason': field(
    'keyword',
    'Why it ended: idle, active, closed, volume, cap, end-of-dump',
    'closed',
    { values: END_REASONS },
  ),
  'smartids.flow.interface': field('long', 'Interface of the capture, from 0', 0, REQUIRED),
  'smartids.flow.unreachable': field('boolean', 'An ICMP unreachable was sent about it', true),
  'smartids.flow.icmp.type': field('long', 'ICMP type of the first packet', 8),
  'smartids.flow.icmp.code': field('long', 'ICMP code of the first packet', 0),
  'smartids.flow.chunks.first': field('long', 'Chunk that holds its first record', 0, REQUIRED),
  'smartids.flow.chunks.last': field('long', 'Chunk that holds its last record', 0, REQUIRED),
  'smartids.flow.start_seconds': field('double', 'First packet, in seconds since 1970, where it fits no date', -1),
  'smartids.flow.end_seconds': field('double', 'Last packet, in seconds since 1970, where it fits no date', -1),
  ...prefixedFields('smartids.flow.source.', SIDE_COUNTERS),
  ...prefixedFields('smartids.flow.destination.', SIDE_COUNTERS),
  'smartids.flow.rates.source_packets': field('double', 'Packets a second that the source sent', 12.5),
  'smartids.flow.rates.destination_packets': field('double', 'Packets a second that the destination sent', 11.2),
  'smartids.flow.rates.payload_bytes': field('double', 'Payload bytes a second, both ways', 5493.2),
  'smartids.flow.tunnel.type': field('keyword', 'Innermost tunnel the flow lies in: vxlan, gre, gtp-u, …', 'vxlan'),
  'smartids.flow.tunnel.id': field('long', 'Its VNI, GRE key, ERSPAN session, TEID or label', 100),
  'smartids.flow.tunnel.depth': field('long', 'How many tunnels lie around one another', 1),
  'smartids.flow.tunnel.source.ip': field('ip', 'Who sends the outer packets of the source', '192.0.2.1'),
  'smartids.flow.tunnel.destination.ip': field('ip', 'Who sends the outer packets of the destination', '192.0.2.2'),
  'smartids.flow.statistics': field(
    'stored',
    'Sizes and gaps of the packets; of detections also the host windows',
    '{…}',
    { required: true, holds: flowStatisticsSchema },
  ),
  'smartids.payload.source': field('text', 'Readable text of the first payload bytes the source sent', 'password'),
  'smartids.payload.destination': field(
    'text',
    'Readable text of the first payload bytes the destination sent',
    'denied',
  ),
  ...LABEL_FIELDS,
  'smartids.detection': field('boolean', "Label is not Normal and the score reaches the model's threshold", true),
  'smartids.anomaly': field('double', 'How little it looks like anything seen in training, 0–1', 0.2),
  'smartids.reasons.text': field('text', 'Why, in words and numbers', 'ports unanswered', MANY),
  'smartids.reasons.feature': field(
    'keyword',
    'Features that drove the verdict, one or several a reason',
    'sourceWindowPorts',
    MANY,
  ),
  'smartids.reasons.value': field('double', 'Their values, in the same order', 142, MANY),
  'smartids.model.name': field('keyword', 'Model that gave label and score', 'flow_net'),
  'smartids.model.version': field('keyword', "The model's version", '1'),
  'smartids.packet_model.label': field('keyword', "The packet model's word", 'DoS Hulk'),
  'smartids.packet_model.score': field('double', 'Its probability, 0–1', 0.9),
  'smartids.packet_model.packets_scored': field('long', 'Packets it looked at', 3),
  'smartids.packet_model.not_scored': field('keyword', 'Why it looked at no others', 'sampled', MANY),
} satisfies FieldTable;
