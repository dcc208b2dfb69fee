// index: which index a results line goes to, and under which id; a line that is no document of this chunk's dump is refused.

import { z } from 'zod';
import { documentIdPrefix } from '../../lib/document/document-id.ts';
import { concreteIndex, resultKind } from '../../lib/document/document-kind.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { BulkDocument } from '../../lib/opensearch/bulk-batches.ts';

/** OpenSearch's own bound on ids. */
const MAX_ID_LENGTH = 512;

const lineSchema = z.object({
  event: z.object({ dataset: z.string(), id: z.string().min(1).max(MAX_ID_LENGTH) }),
  smartids: z.object({ dump: z.object({ attempt: z.string() }) }),
});

/** Where documents of one chunk belong. */
export interface RouteTarget {
  readonly dumpId: string;
  readonly etag: string;
  readonly attempt: string;
  readonly run: number;
  readonly generation: string;
}

function refused(lineNumber: number, problem: string): PipelineError {
  return new PipelineError('invalid-object', `results line ${lineNumber}: ${problem}`, { permanent: true });
}

function parseLine(line: string, lineNumber: number): z.infer<typeof lineSchema> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw refused(lineNumber, `not JSON (${line.length} characters)`);
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) throw refused(lineNumber, z.prettifyError(parsed.error));
  return parsed.data;
}

/** @throws PipelineError `object-replaced`, permanent, where another analysis made the line; `invalid-object` else. */
export function routeLine(line: string, lineNumber: number, target: RouteTarget): BulkDocument {
  const { event, smartids } = parseLine(line, lineNumber);
  if (smartids.dump.attempt !== target.attempt) {
    throw new PipelineError('object-replaced', `results line ${lineNumber} is of another analysis`, {
      permanent: true,
      details: { attempt: smartids.dump.attempt.slice(0, 64), expected: target.attempt },
    });
  }
  const kind = resultKind(event.dataset);
  if (kind === undefined) throw refused(lineNumber, `event.dataset is ${JSON.stringify(event.dataset.slice(0, 64))}`);
  if (!event.id.startsWith(documentIdPrefix(target))) throw refused(lineNumber, 'event.id is not of this dump');
  return { index: concreteIndex(kind, target.generation), id: event.id, source: line, version: target.run };
}
