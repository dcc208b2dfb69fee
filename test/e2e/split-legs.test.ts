// A split that has a tenth of a second at a time, over the whole stack: the same objects and documents as one that has a day.

import { gzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { deriveDumpId } from '../../lib/dump/dump-id.ts';
import { generateBulk } from '../../local/generate/bulk.ts';
import { startTestStack, TEST_BUCKET, type TestStack } from '../support/embedded-stack.ts';

const MEBIBYTE = 1024 * 1024;
const CHUNKS = { SMARTIDS_CHUNK_TARGET_BYTES: String(MEBIBYTE) };
const stacks: TestStack[] = [];

afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.remove();
});

async function keysBelow(stack: TestStack, prefix: string): Promise<string[]> {
  const { Contents = [] } = await stack.s3.send(new ListObjectsV2Command({ Bucket: TEST_BUCKET, Prefix: prefix }));
  return Contents.map(({ Key = '' }) => Key);
}

async function flows(stack: TestStack, dumpId: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await stack.api.search('flows', {
      q: `smartids.dump.id:"${dumpId}"`,
      size: 1000,
      sort: 'smartids.flow.first_record:asc',
      ...(cursor !== undefined && { cursor }),
    });
    found.push(...page.hits.map((hit) => JSON.stringify(hit, withoutTime)));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found.sort();
}

/** Attempts are minted per analysis. */
function withoutTime(key: string, value: unknown): unknown {
  return ['ingested', 'attempt', 'created'].includes(key) ? undefined : value;
}

/** Everything that the analysis of the bytes leaves, and the last leg that was seen. */
async function analyse(key: string, bytes: Uint8Array, variables: Readonly<Record<string, string>>) {
  const stack = await startTestStack({ variables: { ...CHUNKS, ...variables } });
  stacks.push(stack);
  const dumpId = deriveDumpId(TEST_BUCKET, key);
  await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: key, Body: bytes }));
  await expect.poll(() => stack.api.dump(dumpId).catch(() => undefined), { timeout: 30_000 }).toBeDefined();
  let isDone = false;
  let lastLeg = 0;
  const watch = async () => {
    while (!isDone) {
      for (const seen of await keysBelow(stack, 'work/')) {
        lastLeg = Math.max(lastLeg, Number(/checkpoint-(\d+)\.json$/.exec(seen)?.[1] ?? 0));
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const watching = watch();
  const dump = await stack.api.waitUntilDone(dumpId, () => {}, AbortSignal.timeout(90_000));
  isDone = true;
  await watching;
  const derived = new Map<string, string>();
  for (const name of await keysBelow(stack, 'derived/')) {
    const { Body } = await stack.s3.send(new GetObjectCommand({ Bucket: TEST_BUCKET, Key: name }));
    derived.set(name, Buffer.from((await Body?.transformToByteArray()) ?? []).toString('base64'));
  }
  const { createdAt: _, updatedAt: __, finishedAt: ___, ...rest } = dump;
  const ledger = { ...dump.ledger, secondsByStage: undefined };
  return {
    stack,
    dumpId,
    lastLeg,
    seconds: dump.ledger.secondsByStage['split'] ?? 0,
    results: { dump: { ...rest, ledger }, derived, flows: await flows(stack, dumpId) },
  };
}

describe('a split of a tenth of a second at a time', () => {
  const plain = Buffer.concat([...generateBulk({ targetBytes: 12 * MEBIBYTE, seed: 3 })]);

  it.each([
    ['dumps/plain.pcap', plain],
    ['dumps/packed.pcap.gz', gzipSync(plain, { level: 1 })],
  ])(
    'of %s gives the objects and documents of one that has a day',
    async (key, bytes) => {
      const whole = await analyse(key, bytes, {});
      const legs = await analyse(key, bytes, { SMARTIDS_SPLIT_TIMEOUT_SECONDS: '0.1' });
      expect(whole.lastLeg).toBe(0);
      expect(legs.lastLeg).toBeGreaterThan(2);
      expect(legs.results.dump).toMatchObject({ state: 'ready' });
      expect(legs.results.flows.length).toBeGreaterThan(1000);
      expect(legs.results).toEqual(whole.results);
      expect(legs.seconds).toBeGreaterThan(0.1);
      expect(await keysBelow(legs.stack, 'work/')).toEqual([]);
    },
    240_000,
  );
});
