// document: every field of an alert's document.

import { z } from 'zod';
import { type FieldTable, field, MANY, REQUIRED, REQUIRED_MANY } from './field.ts';
import { BASE_FIELDS, DUMP_REFERENCE_FIELDS } from './shared-document-fields.ts';

const evidenceSchema = z.strictObject({ name: z.string(), points: z.number(), text: z.string() }).readonly();

const featureValue = { feature: z.string(), value: z.number() };
const reasonSchema = z
  .strictObject({
    ...featureValue,
    text: z.string(),
    also: z.array(z.strictObject(featureValue).readonly()).readonly().optional(),
  })
  .readonly();

export const ALERT_DOCUMENT_FIELDS = {
  ...BASE_FIELDS,
  'event.start': field('date_nanos', 'Time of the first packet of its flows', '2026-11-23T06:41:02.000000123Z'),
  'event.end': field('date_nanos', 'Time of the last packet of its flows', '2026-11-23T06:51:09.5Z'),
  'event.duration': field('long', 'Time between these, in nanoseconds', 7500000000, REQUIRED),
  'event.severity': field('long', 'Risk in four steps: 1 low, 2 medium, 3 high, 4 critical', 3, REQUIRED),
  'event.risk_score': field('double', 'Risk, 0–100', 74, REQUIRED),
  'source.ip': field('ip', 'Who did it; absent where there were more than 64', '10.0.0.5'),
  'destination.ip': field('ip', 'To whom; absent where there were more than 64', '10.0.0.9'),
  'destination.port': field('long', 'Most frequent destination ports', 22, MANY),
  'network.transport': field('keyword', 'tcp, udp, icmp, ipv6-icmp, …', 'tcp', REQUIRED_MANY),
  'network.bytes': field('long', 'Bytes of its flows, on the wire', 81920, REQUIRED),
  'network.packets': field('long', 'Packets of its flows', 240, REQUIRED),
  'related.ip': field('ip', 'Both addresses, where known', '10.0.0.0/8', MANY),
  'rule.id': field('keyword', 'What raised it', 'flow_net/port-scan', REQUIRED),
  'rule.name': field('keyword', 'The label', 'Port Scan', REQUIRED),
  'threat.framework': field('keyword', 'MITRE ATT&CK', 'MITRE ATT&CK'),
  'threat.tactic.id': field('keyword', 'ATT&CK tactic', 'TA0007'),
  'threat.tactic.name': field('keyword', "The tactic's name", 'Discovery'),
  'threat.technique.id': field('keyword', 'ATT&CK technique', 'T1046'),
  'threat.technique.name': field('keyword', "The technique's name", 'Network Service Discovery'),
  message: field('text', 'The alert in one sentence', 'Port Scan from 10.0.0.5', REQUIRED),
  ...DUMP_REFERENCE_FIELDS,
  'smartids.label': field('keyword', 'Label of its flows, or Anomaly', 'Port Scan', REQUIRED),
  'smartids.score': field('double', 'Highest calibrated probability of its flows, 0–1', 0.98, REQUIRED),
  'smartids.alert.id': field(
    'keyword',
    "The alert's id, the same as its document's",
    '6f9f…c1.0a1b2c3d.a17.Port Scan',
    REQUIRED,
  ),
  'smartids.alert.flows': field('long', 'Flows behind it', 142, REQUIRED),
  'smartids.alert.sources': field('long', 'Distinct sources', 1, REQUIRED),
  'smartids.alert.destinations': field('long', 'Distinct destinations', 1, REQUIRED),
  'smartids.alert.ports': field('long', 'Distinct destination ports', 142, REQUIRED),
  'smartids.alert.first_record': field('long', 'First record of its earliest flow', 17, REQUIRED),
  'smartids.alert.flow_ids': field('keyword', 'Up to 100 of its flows', '6f9f…c1.0a1b2c3d.f17', REQUIRED_MANY),
  'smartids.alert.query': field('keyword', 'Query for all its flows', 'smartids.label:"Port Scan" AND …', REQUIRED),
  'smartids.alert.evidence': field('stored', 'What the risk is the sum of: name, points, text', '[…]', {
    required: true,
    holds: z.array(evidenceSchema).readonly(),
  }),
  'smartids.alert.port_counts': field('stored', 'Most frequent destination ports with their flows', '[[22, 142]]', {
    required: true,
    holds: z.array(z.tuple([z.number(), z.number()]).readonly()).readonly(),
  }),
  'smartids.alert.reasons': field(
    'stored',
    'Why the flow model said so: feature, value, text, and further features of the same words',
    '[…]',
    { required: true, holds: z.array(reasonSchema).readonly() },
  ),
  'smartids.alert.evidence_text': field('text', 'Evidence and reasons in words', 'ports unanswered', REQUIRED_MANY),
} satisfies FieldTable;
