// api: the Lambda function behind API Gateway.

import { configure } from '@codegenie/serverless-express';
import { createApiServer } from './wiring.ts';

export const handler = configure({ app: createApiServer(process.env) });
