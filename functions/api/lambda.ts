// api: an Express app as a Lambda function: what is no text goes through API Gateway as base64.

import { configure } from '@codegenie/serverless-express';
import type { Express } from 'express';
import { CAPTURE_TYPES } from './schema/carve-schema.ts';

/** A function's reply is 6 MB at most (docs.aws.amazon.com/lambda, "Quotas"), and base64 makes four bytes of three. */
export const LAMBDA_MAX_FILE_BYTES = 4_400_000;

export function toLambdaHandler(app: Express) {
  return configure({ app, binarySettings: { contentTypes: Object.values(CAPTURE_TYPES) } });
}
