// index: what a message of the queue `results` says: results objects were created, or a run's are to be indexed now.

import { z } from 'zod';
import { parseResultKey, type ResultObject } from '../../lib/chunk/keys.ts';
import { RESULTS, resultsMessageSchema } from '../../lib/chunk/results-message.ts';
import { parseBody } from '../../lib/lambda/parse-body.ts';
import type { Log } from '../../lib/log/log.ts';
import { createdObjects, s3EventSchema } from '../../lib/queue/s3-event.ts';

const kindSchema = z.looseObject({ kind: z.unknown().optional() });

/** An object event has no `kind`. @throws PipelineError `invalid-message` where the body fits neither. */
export function parseResultsEvent(body: string, log: Log): readonly ResultObject[] {
  if (parseBody(body, kindSchema, 'message').kind === RESULTS) {
    const { dumpId, etag, run, chunk } = parseBody(body, resultsMessageSchema, 'results message');
    return [{ dumpId, etag, run, chunk }];
  }
  return createdObjects(parseBody(body, s3EventSchema, 'results event')).flatMap(({ key }) => {
    const result = parseResultKey(key);
    if (result === undefined) log.warn({ key }, 'no results object');
    return result === undefined ? [] : [result];
  });
}
