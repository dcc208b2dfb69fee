import { describe, expect, it } from 'vitest';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { runBatch } from '../../../lib/lambda/run-batch.ts';
import type { InvocationContext } from '../../../lib/lambda/sqs-event.ts';
import type { Log } from '../../../lib/log/log.ts';

const lines: string[] = [];
const note = (_: unknown, message: string) => void lines.push(message);
const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
const context: InvocationContext = {
  requestId: 'r',
  remainingMs: () => 1000,
  signal: new AbortController().signal,
  maxReceiveCount: 3,
};
const record = (messageId: string, count = 1) => ({
  messageId,
  body: messageId,
  attributes: { ApproximateReceiveCount: String(count) },
});

describe('a batch', () => {
  it('returns only the messages that a second try may mend', async () => {
    const reply = await runBatch(
      { Records: [record('good'), record('flaky'), record('hopeless')] },
      context,
      log,
      async ({ body }) => {
        if (body === 'flaky') throw new PipelineError('service-unavailable', 'try later', { permanent: false });
        if (body === 'hopeless') throw new PipelineError('invalid-message', 'never', { permanent: true });
      },
    );
    expect(reply).toEqual({ batchItemFailures: [{ itemIdentifier: 'flaky' }] });
    expect(lines).toContain('message quarantined');
  });

  it('counts an unknown error as one that a second try may mend', async () => {
    const reply = await runBatch({ Records: [record('a')] }, context, log, () => Promise.reject(new TypeError('bug')));
    expect(reply.batchItemFailures).toHaveLength(1);
  });

  it('says which receive is the last', async () => {
    const last: boolean[] = [];
    await runBatch({ Records: [record('a', 2), record('b', 3)] }, context, log, async (_, { lastReceive }) => {
      last.push(lastReceive);
    });
    expect(last).toEqual([false, true]);
  });
});
