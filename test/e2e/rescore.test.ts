// A dump that is scored once more: every document is the new run's, what changed is told, and a killed server goes on.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deriveDumpId } from '../../lib/dump/dump-id.ts';
import type { ApiClient } from '../../local/cli/api-client.ts';
import { waitForRun } from '../../local/cli/rescore.ts';
import { demoScenario } from '../../local/generate/demo.ts';
import { writeCapture } from '../../local/generate/write-capture.ts';
import { TEST_BUCKET } from '../support/embedded-stack.ts';
import { createModelVersions, type ModelVersions } from '../support/model-versions.ts';
import { CLI, type StartedServer, serverEnvironment, startServer } from '../support/started-server.ts';

const KEY = 'dumps/office.pcap';
const DUMP = deriveDumpId(TEST_BUCKET, KEY);
const OF_DUMP = `smartids.dump.id:"${DUMP}"`;
const LABEL = 'Port Scan';

let folder: string;
let models: ModelVersions;
let capture: Buffer;
let server: StartedServer | undefined;

beforeAll(async () => {
  models = createModelVersions([LABEL]);
  const out = mkdtempSync(join(tmpdir(), 'smart-ids-rescore-capture-'));
  await writeCapture(join(out, 'a.pcap'), { ...demoScenario(3), durationSeconds: 300 }, { kind: 'pcap' });
  capture = readFileSync(join(out, 'a.pcap'));
  rmSync(out, { recursive: true });
});
afterAll(() => models.remove());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-rescore-'));
});

afterEach(async () => {
  await kill();
  rmSync(folder, { recursive: true, force: true });
});

async function kill(): Promise<void> {
  await server?.kill();
}

// Several chunks out of a small capture.
const environment = () =>
  serverEnvironment(folder, { SMARTIDS_MODEL_REPOSITORY: models.repository, SMARTIDS_CHUNK_MAX_RECORDS: '1024' });

async function start(): Promise<StartedServer> {
  server = await startServer(folder, environment());
  return server;
}

/** The demo's capture, analysed by the highest version, as an installation does that knows of no rescore. */
async function analyse({ api, s3 }: StartedServer) {
  await s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: KEY, Body: capture }));
  await expect.poll(() => api.dump(DUMP).catch(() => undefined), { timeout: 30_000 }).toBeDefined();
  return await api.waitUntilDone(DUMP, () => {}, AbortSignal.timeout(180_000));
}

async function rescore(...args: string[]) {
  const run = promisify(execFile)(process.execPath, [CLI, 'rescore', ...args], { cwd: folder, env: environment() });
  return await run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code: Number(code), stdout: String(stdout), stderr: String(stderr) }),
  );
}

async function countOf(api: ApiClient, kind: 'flows' | 'packets' | 'alerts', q = ''): Promise<number> {
  return (await api.search(kind, { q: `${OF_DUMP}${q === '' ? '' : ` AND ${q}`}`, size: 0 })).total.value;
}

async function alertIds(api: ApiClient): Promise<readonly unknown[]> {
  const { hits } = await api.search('alerts', { q: OF_DUMP, size: 1000, sort: 'event.id:asc' });
  return hits.map(({ id, smartids }) => [id, (smartids as { label: string }).label]);
}

async function resultKeys(s3: S3Client): Promise<readonly string[]> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: TEST_BUCKET, Prefix: `results/${DUMP}/` }),
  );
  return Contents.map(({ Key = '' }) => Key);
}

describe('a dump that is scored once more', () => {
  it('by another version has that version’s documents alone, and tells what changed', async () => {
    const stack = await start();
    const { api, s3 } = stack;
    const before = await analyse(stack);
    expect(before).toMatchObject({ state: 'ready', run: 1 });
    expect(before.progress.chunks).toBeGreaterThan(2);
    expect(before.ledger.detections[LABEL]).toBeUndefined();
    const flows = await countOf(api, 'flows');
    const below = await countOf(api, 'flows', `smartids.label:"${LABEL}"`);
    expect(below).toBeGreaterThan(0);
    const alertsBefore = await alertIds(api);

    const { code, stdout, stderr } = await rescore('office.pcap', '--model', 'flow_net:1');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const raised = before.ledger.flows - flows;
    expect(raised).toBe(0);
    const dump = await api.dump(DUMP);
    const detected = dump.ledger.detections[LABEL] ?? 0;
    expect(detected).toBeGreaterThan(0);
    const change = `flow_net: ${LABEL} below its threshold → ${LABEL}`;
    expect(stdout).toMatch(new RegExp(`run 2 by flow_net:1: ready[\\s\\S]*${change}\\s*│\\s*${detected} `));
    expect(dump).toMatchObject({
      ...{ state: 'ready', run: 2, models: { flow: 'flow_net:1' } },
      ledger: { records: before.ledger.records, flows, gaps: [], scored: { flow_net: flows } },
      rescored: {
        ...{ run: 2, fromRun: 1, alertsBefore: alertsBefore.length, alertsAfter: dump.alerts },
        comparison: { compared: flows, changed: detected, missing: 0, changes: { [change]: detected } },
      },
    });
    expect(dump.rescoring).toBeUndefined();
    for (const kind of ['flows', 'packets', 'alerts'] as const) {
      expect(await countOf(api, kind, 'NOT smartids.run:2'), kind).toBe(0);
    }
    expect(await countOf(api, 'flows', 'smartids.run:2 AND smartids.model.version:1')).toBe(flows);
    expect(await countOf(api, 'alerts')).toBe(dump.alerts);
    expect(await countOf(api, 'alerts', `smartids.label:"${LABEL}"`)).toBeGreaterThan(0);
    expect((await resultKeys(s3)).filter((key) => !key.includes('/2/'))).toEqual([]);

    // And back: the alerts that this version does not raise are gone again, the others are the very same.
    const json = await rescore(DUMP, '--model', 'flow_net', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...{ dump: DUMP, run: 3, fromRun: 2, state: 'ready', models: { flow: 'flow_net:2' }, gaps: 0 },
      flows: { compared: flows, changed: detected, missing: 0 },
      changes: { [`flow_net: ${LABEL} → ${LABEL} below its threshold`]: detected },
      alerts: { before: dump.alerts, after: alertsBefore.length },
    });
    expect(await alertIds(api)).toEqual(alertsBefore);
    expect(await countOf(api, 'packets', 'NOT smartids.run:3')).toBe(0);
    expect((await resultKeys(s3)).filter((key) => !key.includes('/3/'))).toEqual([]);
  }, 300_000);

  it('is refused in words where no such dump, model or server is there', async () => {
    expect(await rescore('office.pcap', '--model', 'flow_net')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^smart-ids: not-found: no server runs over .*npm start/),
    });
    await analyse(await start());
    const refused: readonly (readonly [string, string, RegExp])[] = [
      ['monday.pcap', 'flow_net', /no dump is called "monday\.pcap"/],
      ['office.pcap', 'flow_net:9', /flow_net:9 is not installed; installed: .*flow_net:1, flow_net:2/],
      ['office.pcap', 'flow net', /expected NAME or NAME:VERSION/],
      ['00000000-0000-4000-8000-000000000000', 'flow_net', /There is no dump/],
    ];
    for (const [dump, model, words] of refused) {
      const { code, stderr } = await rescore(dump, '--model', model);
      expect(code).toBe(1);
      expect(stderr).toMatch(words);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  }, 300_000);

  it('by a server that is killed in the middle is whole after its next start', async () => {
    const stack = await start();
    const before = await analyse(stack);
    const { run } = await stack.api.rescore(DUMP, { model: 'flow_net:1' });
    await expect
      .poll(async () => (await stack.api.dump(DUMP)).rescoring?.inferred, { timeout: 30_000, interval: 5 })
      .toBeGreaterThan(0);
    const seen = await stack.api.dump(DUMP);
    await kill();
    expect(seen).toMatchObject({ state: 'ready', run: 1, rescoring: { run, state: 'running' } });

    const second = await start();
    const dump = await waitForRun(second.api, DUMP, run, () => {});
    const { flows } = before.ledger;
    expect(dump).toMatchObject({ state: 'ready', run, ledger: { flows, gaps: [], scored: { flow_net: flows } } });
    expect(dump.rescored?.comparison).toMatchObject({ compared: flows, missing: 0 });
    expect(await countOf(second.api, 'flows', `smartids.run:${run} AND smartids.model.version:1`)).toBe(flows);
    expect(await countOf(second.api, 'flows')).toBe(flows);
    expect(await countOf(second.api, 'alerts')).toBe(dump.alerts);
  }, 300_000);
});
