// A packet model that is installed has its word in every flow's document, and another version can score a dump once more.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deriveDumpId } from '../../lib/dump/dump-id.ts';
import { waitForRun } from '../../local/cli/rescore.ts';
import { demoScenario } from '../../local/generate/demo.ts';
import { buildCapture } from '../../local/generate/write-capture.ts';
import { startTestStack, TEST_BUCKET, type TestStack } from '../support/embedded-stack.ts';
import { createModelRepository } from '../support/infer-capture.ts';
import { installTinyPacketModel } from '../support/tiny-packet-model.ts';

const KEY = 'dumps/office.pcap';
const DUMP = deriveDumpId(TEST_BUCKET, KEY);
/** Letters that are in every HTTP request and TLS record, and some others. */
const WORDS = { '71': 'DoS Hulk', '72': 'DoS Hulk', '83': 'SSH Patator', '22': 'Normal' } as const;
const OTHER_WORDS = { ...WORDS, '71': 'Web Attack - XSS', '72': 'Web Attack - XSS' } as const;

let repository: string;
let stack: TestStack;

beforeAll(async () => {
  repository = createModelRepository();
  installTinyPacketModel(repository, { words: WORDS });
  const variables = { SMARTIDS_MODEL_REPOSITORY: repository, SMARTIDS_PACKET_MODEL_READING: 'unpadded' };
  stack = await startTestStack({ variables: { ...variables, SMARTIDS_CHUNK_MAX_RECORDS: '2048' } });
});
afterAll(async () => {
  await stack.remove();
  rmSync(repository, { recursive: true });
});

async function flowsWith(q: string): Promise<number> {
  return (await stack.api.search('flows', { q: `smartids.dump.id:"${DUMP}" AND ${q}`, size: 0 })).total.value;
}

/** The dump when the run is over, one way or the other. */
async function rescored(model: string) {
  const { run } = await stack.api.rescore(DUMP, { model });
  const [onProgress, pause] = [() => {}, () => sleep(100)];
  return await waitForRun(stack.api, DUMP, run, onProgress, pause);
}

function sum(counts: Readonly<Record<string, number>> | undefined): number {
  return Object.values(counts ?? {}).reduce((a, b) => a + b, 0);
}

describe('an installed packet model', () => {
  it('says of every flow what it is, or why it says nothing, and accounts for every packet', async () => {
    const Body = buildCapture({ ...demoScenario(3), durationSeconds: 120 }, { kind: 'pcap' }).bytes;
    await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: KEY, Body }));
    await expect.poll(() => stack.api.dump(DUMP).catch(() => undefined), { timeout: 30_000 }).toBeDefined();
    const { state, ledger, progress } = await stack.api.waitUntilDone(DUMP, () => {}, AbortSignal.timeout(120_000));
    expect(state).toBe('ready');
    expect(progress.chunks).toBeGreaterThan(2);
    const scored = ledger.scored['bert_packet'] ?? 0;
    expect(scored).toBeGreaterThan(200);
    expect(scored + sum(ledger.notScored['bert_packet'])).toBe(ledger.packets);

    const labelled = await flowsWith('_exists_:smartids.packet_model.label');
    expect(labelled).toBeGreaterThan(50);
    expect(
      await flowsWith('smartids.packet_model.label:"DoS Hulk" AND smartids.packet_model.score:>0.2'),
    ).toBeGreaterThan(10);
    const silent = await flowsWith('NOT _exists_:smartids.packet_model.label');
    expect(
      await flowsWith(
        'smartids.packet_model.not_scored:("not-tcp" OR "no-payload") AND NOT _exists_:smartids.packet_model.label',
      ),
    ).toBe(silent);
    expect(labelled + silent).toBe(ledger.flows);
  });

  it('of another version scores the dump once more, and tells what it says differently', async () => {
    installTinyPacketModel(repository, { version: '2', words: OTHER_WORDS });
    const before = await flowsWith('smartids.packet_model.label:"DoS Hulk"');
    const dump = await rescored('bert_packet:2');
    expect(dump).toMatchObject({ state: 'ready', run: 2, models: { packet: 'bert_packet:2' } });
    expect(dump.rescored?.comparison?.changes).toEqual({ 'bert_packet: DoS Hulk → Web Attack - XSS': before });
    expect(await flowsWith('smartids.packet_model.label:"DoS Hulk"')).toBe(0);
    expect(await flowsWith('smartids.packet_model.label:"Web Attack - XSS"')).toBe(before);
    expect(await flowsWith('smartids.run:1')).toBe(0);
  });

  it('of a damaged version is refused in words, and the words of before stay', async () => {
    installTinyPacketModel(repository, { version: '3' });
    writeFileSync(join(repository, 'bert_packet/3/vocab.txt'), 'another');
    const before = await flowsWith('smartids.packet_model.label:"Web Attack - XSS"');
    const dump = await rescored('bert_packet:3');
    expect(dump.rescoring).toMatchObject({ state: 'failed', reason: expect.stringContaining('vocab.txt: its sha256') });
    expect(await flowsWith('smartids.packet_model.label:"Web Attack - XSS"')).toBe(before);
  }, 90_000);
});
