// document: every field of a chunk's progress document.

import { type FieldTable, field } from './field.ts';

export const PROGRESS_DOCUMENT_FIELDS: FieldTable = {
  'event.dataset': field('keyword', 'Kind of document', 'smartids.progress'),
  'event.module': field('keyword', 'What made the document', 'smartids'),
  'smartids.run': field('long', 'Number of the scoring: 1, 2, …', 1),
  'smartids.dump.id': field('keyword', 'Id of the dump', '6f9f62f8-0c2e-8b1f-9a51-5d0a3c1f7be2'),
  'smartids.dump.etag': field('keyword', 'Version of the object', 'd41d8cd98f00b204e9800998ecf8427e'),
  'smartids.dump.attempt': field('keyword', 'The analysis', '0d9c0a3e-9f0c-4a53-8a3c-0a4c9d0a7f11'),
  'smartids.progress.chunk': field('long', 'Number of the chunk, from 0', 0),
  'smartids.progress.stage': field('keyword', 'inferred or indexed', 'indexed'),
  'smartids.progress.lost': field('boolean', 'The chunk gave no result', false),
  'smartids.progress.documents': field('long', 'Documents indexed', 4200),
  'smartids.progress.seconds': field('double', 'Time it took', 1.5),
  'smartids.progress.gap': field('stored', 'Bytes that gave no result, and why', '{…}'),
  'smartids.progress.counts': field('stored', 'Scored, not scored, detections, what a rescore changed', '{…}'),
};
