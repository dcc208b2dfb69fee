// api: the Lambda function behind API Gateway.

import { LAMBDA_MAX_FILE_BYTES, toLambdaHandler } from './lambda.ts';
import { createApiServer } from './wiring.ts';

export const handler = toLambdaHandler(createApiServer(process.env, { maxFileBytes: LAMBDA_MAX_FILE_BYTES }));
