// document: every field of a packet's document.

import { type FieldTable, field, prefixedFields, REQUIRED, REQUIRED_MANY } from './field.ts';
import { BASE_FIELDS, DUMP_REFERENCE_FIELDS, ENDPOINT_FIELDS, LABEL_FIELDS } from './shared-document-fields.ts';

export const PACKET_DOCUMENT_FIELDS = {
  ...BASE_FIELDS,
  'event.sequence': field('long', 'Number of its record in the dump, from 0', 17, REQUIRED),
  ...prefixedFields('source.', ENDPOINT_FIELDS),
  ...prefixedFields('destination.', ENDPOINT_FIELDS),
  'network.transport': field('keyword', 'tcp, udp, icmp, ipv6-icmp, sctp, …', 'tcp'),
  'network.iana_number': field('keyword', 'IP protocol number', '6', REQUIRED),
  'network.type': field('keyword', 'ipv4 or ipv6', 'ipv4', { required: true, values: ['ipv4', 'ipv6'] }),
  'network.bytes': field('long', 'Bytes of the record on the wire', 74, REQUIRED),
  'network.vlan.id': field('keyword', 'VLAN', '100'),
  'related.ip': field('ip', 'Both addresses', '10.0.0.0/8', REQUIRED_MANY),
  ...DUMP_REFERENCE_FIELDS,
  'smartids.flow.id': field('keyword', "Id of the packet's flow", '6f9f…c1.0a1b2c3d.f17', REQUIRED),
  'smartids.packet.record': field('long', 'Number of its record in the dump, from 0', 17, REQUIRED),
  'smartids.packet.seconds': field('double', 'Its time in seconds since 1970, where it fits no date', -1),
  'smartids.packet.direction': field('keyword', "Who sent it: the flow's source or its destination", 'source', {
    required: true,
    values: ['source', 'destination'],
  }),
  'smartids.packet.interface': field('long', 'Interface of the capture, from 0', 0, REQUIRED),
  'smartids.packet.captured_bytes': field('long', 'Bytes of the record that were captured', 74, REQUIRED),
  'smartids.packet.ip_length': field('long', 'Length of the IP packet, in bytes', 60, REQUIRED),
  'smartids.packet.ttl': field('long', 'TTL or hop limit', 64, REQUIRED),
  'smartids.packet.tos': field('long', 'TOS byte or traffic class', 0, REQUIRED),
  'smartids.packet.data_offset': field('long', 'TCP header length in 32-bit words', 10),
  'smartids.packet.tcp_flags': field('keyword', 'TCP flags that are set: F S R P A U E C', 'SA'),
  'smartids.packet.tcp_window': field('long', 'TCP window, unscaled', 64240),
  'smartids.packet.payload_length': field('long', 'Payload bytes on the wire', 0, REQUIRED),
  'smartids.packet.icmp.type': field('long', 'ICMP type', 8),
  'smartids.packet.icmp.code': field('long', 'ICMP code', 0),
  'smartids.packet.truncated': field('boolean', 'The record was cut before the packet ended', false),
  ...LABEL_FIELDS,
} satisfies FieldTable;
