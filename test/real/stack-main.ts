// real: the child of stack-process.ts.
import { once } from 'node:events';
import { startTestStack } from '../support/embedded-stack.ts';
import type { StackAddress } from './stack-process.ts';

const variables = JSON.parse(process.env['SMARTIDS_TEST_VARIABLES'] ?? '{}') as Record<string, string>;
const stack = await startTestStack({ variables });
const { apiUrl, s3Url, credentials } = stack;
process.stdout.write(`${JSON.stringify({ apiUrl, s3Url, credentials } satisfies StackAddress)}\n`);
process.stdin.resume();
await once(process.stdin, 'end');
await stack.remove();
process.exit(0);
