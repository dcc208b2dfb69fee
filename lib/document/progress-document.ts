// document: a chunk's progress as it is stored, and back.

import { z } from 'zod';
import { type Progress, progressSchema } from '../dump/progress.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { DATASETS } from './document-kind.ts';
import { documentSchema } from './document-schema.ts';
import type { DocumentOf } from './document-type.ts';
import { PROGRESS_DOCUMENT_FIELDS } from './progress-document-fields.ts';

const progressDocumentSchema = documentSchema(PROGRESS_DOCUMENT_FIELDS, { others: 'kept' });
export type ProgressDocument = DocumentOf<typeof PROGRESS_DOCUMENT_FIELDS>;

export function progressDocument(progress: Progress): ProgressDocument {
  const { scored, notScored, detections, comparison } = progress;
  return {
    event: { dataset: DATASETS.progress, module: 'smartids' },
    smartids: {
      run: progress.run,
      dump: { id: progress.dumpId, etag: progress.etag, attempt: progress.attempt },
      progress: {
        chunk: progress.chunk,
        stage: progress.stage,
        lost: progress.gap !== undefined,
        documents: progress.documents,
        seconds: progress.seconds,
        gap: progress.gap,
        counts: { scored, notScored, detections, ...(comparison !== undefined && { comparison }) },
      },
    },
  };
}

/** @throws PipelineError `invalid-object`, permanent: the stored document is not one of ours. */
export function parseProgressDocument(value: unknown): Progress {
  const document = progressDocumentSchema.safeParse(value);
  const parsed = document.success ? progressSchema.safeParse(flatten(document.data)) : document;
  if (!parsed.success) {
    throw new PipelineError('invalid-object', `progress document: ${z.prettifyError(parsed.error)}`, {
      permanent: true,
    });
  }
  return parsed.data;
}

function flatten({ smartids: { run, dump, progress } }: ProgressDocument) {
  return {
    dumpId: dump.id,
    etag: dump.etag,
    attempt: dump.attempt,
    run,
    chunk: progress.chunk,
    stage: progress.stage,
    ...(progress.gap === undefined ? {} : { gap: progress.gap }),
    ...progress.counts,
    documents: progress.documents,
    seconds: progress.seconds,
  };
}
