// expire: the function as AWS invokes it.

import { createExpireHandler } from './wiring.ts';

export const handler = createExpireHandler(process.env);
