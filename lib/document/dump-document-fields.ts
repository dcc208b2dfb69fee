// document: every field of a dump's own document.

import { DUMP_STATES } from '../dump/dump.ts';
import { ledgerSchema } from '../dump/ledger.ts';
import { modelChoiceSchema, rescoredSchema, rescoringSchema } from '../dump/rescoring.ts';
import { type FieldTable, field, REQUIRED, REQUIRED_MANY } from './field.ts';

export const DUMP_DOCUMENT_FIELDS = {
  '@timestamp': field('date', 'When the dump came', 'now-1d', REQUIRED),
  'ecs.version': field('keyword', 'Version of the Elastic Common Schema the names follow', '9.0.0', REQUIRED),
  'event.dataset': field('keyword', 'Kind of document', 'smartids.dump', REQUIRED),
  'event.module': field('keyword', 'What made the document', 'smartids', REQUIRED),
  'file.name': field('keyword', 'Name of the file', 'monday.pcap', REQUIRED),
  'file.size': field('long', 'Size of the object in bytes', 1048576),
  'smartids.run': field('long', 'Number of the scoring: 1, 2, …', 1),
  'smartids.dump.id': field('keyword', 'Id of the dump', '6f9f62f8-0c2e-8b1f-9a51-5d0a3c1f7be2', REQUIRED),
  'smartids.dump.name': field('keyword', 'What people call it', 'monday.pcap', REQUIRED),
  'smartids.dump.details': field('text', 'What people say of it', 'core switch mirror', REQUIRED),
  'smartids.dump.bucket': field('keyword', 'Bucket', 'smart-ids', REQUIRED),
  'smartids.dump.key': field('keyword', 'Key in the bucket', 'dumps/monday.pcap', {
    required: true,
    leadingWildcard: true,
  }),
  'smartids.dump.etag': field('keyword', 'Version of the object', 'd41d8cd98f00b204e9800998ecf8427e'),
  'smartids.dump.attempt': field('keyword', 'The analysis', '0d9c0a3e-9f0c-4a53-8a3c-0a4c9d0a7f11'),
  'smartids.dump.state': field(
    'keyword',
    'uploading, splitting, inferring, indexing, alerting, ready, error',
    'ready',
    { required: true, values: DUMP_STATES },
  ),
  'smartids.dump.error.code': field('keyword', 'Why it failed', 'not-a-capture'),
  'smartids.dump.error.message': field('text', 'Why it failed, in words', 'unknown magic number'),
  'smartids.dump.generation': field('keyword', 'Its concrete indexes', '000001', REQUIRED),
  'smartids.dump.models': field('stored', 'Models that a rescore asked for, by kind', '{"flow":"flow_net:2"}', {
    holds: modelChoiceSchema,
  }),
  'smartids.dump.rescoring': field('stored', 'A scoring that is under way or failed', '{…}', {
    holds: rescoringSchema,
  }),
  'smartids.dump.rescored': field('stored', 'What the last scoring changed', '{…}', { holds: rescoredSchema }),
  'smartids.dump.chunks': field('long', 'Chunks it was cut into', 12),
  'smartids.dump.records': field('long', 'Records in it', 100000, REQUIRED),
  'smartids.dump.packets': field('long', 'Records decoded to packets of flows', 99900, REQUIRED),
  'smartids.dump.flows': field('long', 'Flows in it', 4200, REQUIRED),
  'smartids.dump.alerts': field('long', 'Alerts raised', 3),
  'smartids.dump.gaps': field('long', 'Byte ranges that gave no result', 0, REQUIRED),
  'smartids.dump.linktypes': field('keyword', 'Link types of its interfaces', 'ETHERNET', REQUIRED_MANY),
  'smartids.dump.first_seen': field('keyword', 'Time of its first record, RFC 3339', '2026-11-23T06:41:02.000000123Z'),
  'smartids.dump.last_seen': field('keyword', 'Time of its last record, RFC 3339', '2026-11-23T07:41:02.000000123Z'),
  'smartids.dump.created_at': field('date', 'When the dump came', 'now-1d', REQUIRED),
  'smartids.dump.updated_at': field('date', 'When this was last written', 'now-1h', REQUIRED),
  'smartids.dump.finished_at': field('date', 'When it became ready', 'now-1h'),
  'smartids.dump.ledger': field('stored', 'Every record accounted for', '{…}', { required: true, holds: ledgerSchema }),
} satisfies FieldTable;
