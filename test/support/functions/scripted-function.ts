// support: a function whose every message says what to do with it, for the runtime's tests.

import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InvocationContext } from '../../../lib/lambda/sqs-event.ts';

interface Step {
  readonly do: 'succeed' | 'fail' | 'throw' | 'exit' | 'hang' | 'unknown-identifier' | 'sleep';
  readonly file?: string;
  readonly ms?: number;
}

interface Event {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

export async function handler(event: Event, context: InvocationContext): Promise<unknown> {
  const failures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of event.Records) {
    const step = JSON.parse(body) as Step; // written by the test
    switch (step.do) {
      case 'succeed':
        break;
      case 'sleep':
        await sleep(step.ms);
        break;
      case 'fail':
        failures.push({ itemIdentifier: messageId });
        break;
      case 'throw':
        throw new Error('as the test asked');
      case 'exit':
        process.exit(3);
        break;
      case 'unknown-identifier':
        failures.push({ itemIdentifier: 'nobody' });
        break;
      case 'hang':
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
        if (step.file) writeFileSync(step.file, 'aborted');
        throw new Error('stopped early');
    }
    if (step.file) writeFileSync(step.file, `${context.maxReceiveCount}`, { flag: 'a' });
  }
  return { batchItemFailures: failures };
}
