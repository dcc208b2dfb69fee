// document: every field of a chunk's progress document.

import { gapSchema } from '../dump/ledger.ts';
import { PROGRESS_STAGES, progressSchema } from '../dump/progress.ts';
import { type FieldTable, field, REQUIRED } from './field.ts';

/** What the alert stage sums up over all chunks. */
const progressCountsSchema = progressSchema
  .pick({ scored: true, notScored: true, detections: true, comparison: true })
  .readonly();

export const PROGRESS_DOCUMENT_FIELDS = {
  'event.dataset': field('keyword', 'Kind of document', 'smartids.progress', REQUIRED),
  'event.module': field('keyword', 'What made the document', 'smartids', REQUIRED),
  'smartids.run': field('long', 'Number of the scoring: 1, 2, …', 1, REQUIRED),
  'smartids.dump.id': field('keyword', 'Id of the dump', '6f9f62f8-0c2e-8b1f-9a51-5d0a3c1f7be2', REQUIRED),
  'smartids.dump.etag': field('keyword', 'Version of the object', 'd41d8cd98f00b204e9800998ecf8427e', REQUIRED),
  'smartids.dump.attempt': field('keyword', 'The analysis', '0d9c0a3e-9f0c-4a53-8a3c-0a4c9d0a7f11', REQUIRED),
  'smartids.progress.chunk': field('long', 'Number of the chunk, from 0', 0, REQUIRED),
  'smartids.progress.stage': field('keyword', 'inferred or indexed', 'indexed', {
    required: true,
    values: PROGRESS_STAGES,
  }),
  'smartids.progress.lost': field('boolean', 'The chunk gave no result', false, REQUIRED),
  'smartids.progress.documents': field('long', 'Documents indexed', 4200, REQUIRED),
  'smartids.progress.seconds': field('double', 'Time it took', 1.5, REQUIRED),
  'smartids.progress.gap': field('stored', 'Bytes that gave no result, and why', '{…}', { holds: gapSchema }),
  'smartids.progress.counts': field('stored', 'Scored, not scored, detections, what a rescore changed', '{…}', {
    required: true,
    holds: progressCountsSchema,
  }),
} satisfies FieldTable;
