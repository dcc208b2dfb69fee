// document: a dump as it is stored, and back.

import { z } from 'zod';
import type { Dump } from '../dump/dump.ts';
import { type ErrorCode, PipelineError } from '../errors/pipeline-error.ts';
import { ECS } from './document-context.ts';
import { DATASETS } from './document-kind.ts';
import { documentSchema } from './document-schema.ts';
import type { DocumentOf } from './document-type.ts';
import { DUMP_DOCUMENT_FIELDS } from './dump-document-fields.ts';

/** What is read back; members of the document that no field is known for were written by another version. */
const dumpDocumentSchema = documentSchema(DUMP_DOCUMENT_FIELDS, { others: 'kept' });
export type DumpDocument = DocumentOf<typeof DUMP_DOCUMENT_FIELDS>;

export function dumpDocument(dump: Dump): DumpDocument {
  const { ledger } = dump;
  return {
    '@timestamp': dump.createdAt,
    ecs: ECS,
    event: { dataset: DATASETS.dumps, module: 'smartids' },
    file: { name: dump.fileName, size: dump.sizeBytes },
    smartids: {
      run: dump.run,
      dump: {
        id: dump.id,
        bucket: dump.bucket,
        key: dump.key,
        name: dump.name,
        details: dump.details,
        etag: dump.etag,
        attempt: dump.attempt,
        state: dump.state,
        error: dump.error && { code: dump.error.code, message: dump.error.message },
        generation: dump.generation,
        models: dump.models,
        rescoring: dump.rescoring,
        rescored: dump.rescored,
        chunks: dump.chunks,
        records: ledger.records,
        packets: ledger.packets,
        flows: ledger.flows,
        alerts: dump.alerts,
        gaps: ledger.gaps.length,
        linktypes: [...dump.linktypes],
        first_seen: dump.firstSeen,
        last_seen: dump.lastSeen,
        created_at: dump.createdAt,
        updated_at: dump.updatedAt,
        finished_at: dump.finishedAt,
        ledger,
      },
    },
  };
}

/** Without the members that are undefined: `exactOptionalPropertyTypes` means it. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }; // the filter does what the type says
}

/** @throws PipelineError `invalid-object`, permanent: the stored document is not one of ours. */
export function parseDumpDocument(value: unknown): Dump {
  const result = dumpDocumentSchema.safeParse(value);
  if (!result.success) {
    throw new PipelineError('invalid-object', `dump document: ${z.prettifyError(result.error)}`, { permanent: true });
  }
  const { file, smartids } = result.data;
  const { dump } = smartids;
  return withoutUndefined({
    id: dump.id,
    bucket: dump.bucket,
    key: dump.key,
    name: dump.name,
    details: dump.details,
    fileName: file.name,
    createdAt: dump.created_at,
    updatedAt: dump.updated_at,
    state: dump.state,
    // Codes are written by this program only; a code of another version is shown as it is.
    error: dump.error && { code: dump.error.code as ErrorCode, message: dump.error.message },
    etag: dump.etag,
    sizeBytes: file.size,
    attempt: dump.attempt,
    run: smartids.run,
    generation: dump.generation,
    models: dump.models,
    rescoring: dump.rescoring,
    rescored: dump.rescored,
    chunks: dump.chunks,
    ledger: dump.ledger,
    firstSeen: dump.first_seen,
    lastSeen: dump.last_seen,
    linktypes: dump.linktypes,
    alerts: dump.alerts,
    finishedAt: dump.finished_at,
  }) as Dump; // required members are required by the schema
}
