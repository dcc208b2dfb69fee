// document: fields that several kinds of documents have in common.

import { LABELS } from '../detection/labels.ts';
import { type FieldTable, field, MANY, REQUIRED, REQUIRED_MANY } from './field.ts';

export const BASE_FIELDS = {
  '@timestamp': field(
    'date_nanos',
    'When it began; the time of ingest where tags say timestamp-out-of-range',
    'now-1h',
    REQUIRED,
  ),
  'ecs.version': field('keyword', 'Version of the Elastic Common Schema the names follow', '9.0.0', REQUIRED),
  tags: field('keyword', 'Remarks: timestamp-out-of-range, not-scored', 'not-scored', MANY),
  'event.kind': field('keyword', 'event, or alert', 'event', { required: true, values: ['event', 'alert'] }),
  'event.category': field('keyword', 'network, and intrusion_detection for alerts', 'network', REQUIRED_MANY),
  'event.type': field('keyword', 'connection for flows, info for packets and alerts', 'connection', REQUIRED_MANY),
  'event.dataset': field('keyword', 'Kind of document', 'smartids.flow', REQUIRED),
  'event.module': field('keyword', 'What made the document', 'smartids', REQUIRED),
  'event.id': field('keyword', "The document's id", '6f9f…c1.0a1b2c3d.f17', REQUIRED),
  'event.ingested': field('date', 'When the document was made', 'now-1d', REQUIRED),
} satisfies FieldTable;

/** Which dump, version and scoring a document belongs to. */
export const DUMP_REFERENCE_FIELDS = {
  'smartids.dump.id': field('keyword', 'Id of the dump', '6f9f62f8-0c2e-8b1f-9a51-5d0a3c1f7be2', REQUIRED),
  'smartids.dump.name': field('keyword', 'What people call the dump', 'monday.pcap', REQUIRED),
  'smartids.dump.etag': field('keyword', "Version of the dump's object", 'd41d8cd98f00b204e9800998ecf8427e', REQUIRED),
  'smartids.dump.attempt': field(
    'keyword',
    'The analysis that made the document',
    '0d9c0a3e-9f0c-4a53-8a3c-0a4c9d0a7f11',
    REQUIRED,
  ),
  'smartids.run': field('long', 'Number of the scoring: 1, 2, …', 1, REQUIRED),
} satisfies FieldTable;

export const LABEL_FIELDS = {
  'smartids.label': field(
    'keyword',
    'What the flow model takes the flow for: one of 24, Normal among them',
    'Port Scan',
    { values: LABELS },
  ),
  'smartids.score': field('double', 'Calibrated probability of the label, 0–1', 0.98),
} satisfies FieldTable;

export const ENDPOINT_FIELDS = {
  ip: field('ip', 'Address', '10.0.0.5', REQUIRED),
  port: field('long', 'TCP, UDP or SCTP port', 443),
  mac: field('keyword', 'Hardware address', '00-00-5E-00-53-23'),
} satisfies FieldTable;

/** ECS version of the names used here. */
export const ECS_VERSION = '9.0.0';
