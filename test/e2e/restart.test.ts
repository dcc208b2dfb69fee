// A stack that ends, cleanly or not, and another over the same folder: nothing is lost, nothing is there twice.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deriveDumpId } from '../../lib/dump/dump-id.ts';
import { demoScenario } from '../../local/generate/demo.ts';
import { writeCapture } from '../../local/generate/write-capture.ts';
import { TEST_BUCKET } from '../support/embedded-stack.ts';
import { CLI, type StartedServer, serverEnvironment, startServer } from '../support/started-server.ts';

const KEY = 'dumps/office.pcap';
const DUMP = deriveDumpId(TEST_BUCKET, KEY);

let folder: string;
let server: StartedServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-restart-'));
});

afterEach(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<StartedServer> {
  server = await startServer(folder, serverEnvironment(folder));
  return server;
}

async function capture(): Promise<{ readonly bytes: Buffer; readonly records: number }> {
  const file = join(folder, 'office.pcap');
  const { truth } = await writeCapture(file, { ...demoScenario(3), durationSeconds: 300 }, { kind: 'pcap' });
  return { bytes: readFileSync(file), records: truth.records };
}

describe('a second start over the same folder', () => {
  it('after Ctrl-C finds dumps, documents, alerts and keys again', async () => {
    const { bytes, records } = await capture();
    const first = await start();
    await first.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: KEY, Body: bytes }));
    await expect.poll(() => first.api.dump(DUMP).catch(() => undefined), { timeout: 30_000 }).toBeDefined();
    const before = await first.api.waitUntilDone(DUMP, () => {}, AbortSignal.timeout(60_000));
    expect(before).toMatchObject({ state: 'ready', ledger: { records } });
    const q = `smartids.dump.id:"${DUMP}"`;
    const flows = (await first.api.search('flows', { q, size: 0 })).total.value;
    first.process.kill('SIGINT');
    const [code] = await once(first.process, 'exit');
    expect(code).toBe(0);
    expect(first.output()).toMatch(/stopped/);

    const second = await start();
    expect(await second.api.dump(DUMP)).toEqual(before);
    expect((await second.api.search('flows', { q, size: 0 })).total.value).toBe(flows);
    expect((await second.api.search('alerts', { q, size: 0 })).total.value).toBe(before.alerts);
  }, 120_000);

  it('after kill -9 in the middle of a dump finishes it, with every record once', async () => {
    const { bytes, records } = await capture();
    const first = await start();
    await first.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: KEY, Body: bytes }));
    await expect
      .poll(() => first.api.dump(DUMP).catch(() => undefined), { timeout: 30_000, interval: 10 })
      .toBeDefined();
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');

    const second = await start();
    const dump = await second.api.waitUntilDone(DUMP, () => {}, AbortSignal.timeout(90_000));
    expect(dump).toMatchObject({ state: 'ready', ledger: { records, gaps: [] } });
    const { total } = await second.api.search('flows', { q: `smartids.dump.id:"${DUMP}"`, size: 0 });
    expect(total.value).toBe(dump.ledger.flows);
  }, 150_000);

  it('while the first still runs is refused in words', async () => {
    const first = await start();
    const second = spawn(process.execPath, [CLI, 'start'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], SMARTIDS_DATA_DIR: join(folder, 'data') },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let words = '';
    second.stderr.setEncoding('utf8').on('data', (text: string) => {
      words += text;
    });
    const [code] = await once(second, 'exit');
    expect(code).toBe(1);
    expect(words).toMatch(new RegExp(`running process ${first.process.pid}`));
  }, 60_000);
});
