// A slow index that turns much away, over the whole stack: the queue holds the work back, and nothing is lost.

import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { deriveDumpId } from '../../lib/dump/dump-id.ts';
import { BULK_LIMITS } from '../../lib/opensearch/bulk-batches.ts';
import { generateBulk } from '../../local/generate/bulk.ts';
import { startTestStack, TEST_BUCKET, TEST_REGION, type TestStack } from '../support/embedded-stack.ts';
import { createSlowSearchProxy } from '../support/slow-search-proxy.ts';

const MEBIBYTE = 1024 * 1024;
const KEY = 'dumps/slow.pcap';
const DELAY_MS = 250;
let stack: TestStack | undefined;

afterEach(async () => {
  await stack?.remove();
  stack = undefined;
});

/** How many messages wait in the queue, looked at every 50 ms until told to stop. */
async function watchQueue(
  sqsUrl: string,
  credentials: TestStack['credentials']['sqs'],
  queue: string,
  signal: AbortSignal,
) {
  const client = new SQSClient({ endpoint: sqsUrl, region: TEST_REGION, credentials });
  let most = 0;
  while (!signal.aborted) {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: `${sqsUrl}/000000000000/${queue}`,
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    );
    most = Math.max(most, Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  client.destroy();
  return most;
}

describe('an index that is slow and turns much away', () => {
  it('gets every document once, while the results wait in their queue', async () => {
    const proxy = createSlowSearchProxy(DELAY_MS, [
      'none',
      '429',
      'every other item 429',
      '503',
      'none',
      'cut',
      'none',
      'cut after it was written',
    ]);
    stack = await startTestStack({
      variables: { SMARTIDS_CHUNK_TARGET_BYTES: String(MEBIBYTE) },
      searchProxy: proxy.start,
    });
    const done = new AbortController();
    const watching = watchQueue(stack.sqsUrl, stack.credentials.sqs, 'results', done.signal);
    const dumpId = deriveDumpId(TEST_BUCKET, KEY);
    const Body = Buffer.concat([...generateBulk({ targetBytes: 16 * MEBIBYTE, seed: 5 })]);
    await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: KEY, Body }));
    await expect.poll(() => stack?.api.dump(dumpId).catch(() => undefined), { timeout: 30_000 }).toBeDefined();
    const dump = await stack.api.waitUntilDone(dumpId, () => {}, AbortSignal.timeout(150_000));
    done.abort();
    expect(dump).toMatchObject({ state: 'ready', ledger: { gaps: [] } });

    const numbers: number[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await stack.api.search('flows', {
        ...{ q: `smartids.dump.id:"${dumpId}"`, size: 1000, sort: 'smartids.flow.first_record:asc' },
        ...(cursor !== undefined && { cursor }),
      });
      numbers.push(
        ...page.hits.map((hit) =>
          Number((hit as { smartids: { flow: { first_record: number } } }).smartids.flow.first_record),
        ),
      );
      cursor = page.cursor;
      if (cursor === undefined) break;
    }
    expect(numbers).toHaveLength(dump.ledger.flows);
    expect(new Set(numbers).size).toBe(numbers.length);

    // every trouble was met; the stage held one body at a time, and what it had no room for waited in the queue
    expect(proxy.seen.troubles.size).toBe(6);
    expect(proxy.seen.atOnce).toBe(1);
    expect(proxy.seen.largestBytes).toBeLessThanOrEqual(BULK_LIMITS.maxBytes);
    expect(await watching).toBeGreaterThan(3);
    await proxy.close();
  }, 240_000);
});
