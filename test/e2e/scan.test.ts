// `smart-ids scan` as a person or a script runs it: any folder in, one clear line a file out, nothing left behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { benignCapture, cutInTheMiddle, sshGuessingCapture } from '../support/captures.ts';

const CLI = join(import.meta.dirname, '../../local/cli/main.ts');

let folder: string;
let captures: string;
let temporary: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-scan-test-'));
  captures = join(folder, 'captures');
  temporary = join(folder, 'tmp');
  mkdirSync(join(captures, 'deep'), { recursive: true });
  mkdirSync(temporary);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(...args: string[]): ChildProcess & { readonly words: { out: string; err: string } } {
  const env = { PATH: process.env['PATH'], TMPDIR: temporary, ORT_DISABLE_TELEMETRY: '1' };
  const child = spawn(process.execPath, [CLI, 'scan', ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const words = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    words.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words.err += text;
  });
  return Object.assign(child, { words });
}

async function scan(...args: string[]) {
  const child = start(...args);
  const [code] = await once(child, 'exit');
  const reports = child.words.out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown> & { file: string });
  return { code: Number(code), reports, err: child.words.err };
}

describe('a scan', () => {
  it('says of every file under a folder what became of it, and exits with 1 if one is not ready', async () => {
    const guessing = sshGuessingCapture().bytes;
    writeFileSync(join(captures, 'guessing.bin'), guessing);
    writeFileSync(join(captures, 'deep', 'cut short.pcap'), cutInTheMiddle());
    writeFileSync(join(captures, 'empty.pcap'), '');
    writeFileSync(join(captures, 'letter.txt'), 'Dear Sir or Madam, '.repeat(50));
    symlinkSync(captures, join(captures, 'deep', 'back'));

    const { code, reports } = await scan(captures, '--json');
    expect(code).toBe(1);
    expect(
      reports.map(({ file, state, error }) => [
        file.slice(captures.length + 1),
        state,
        (error as { code?: string })?.code,
      ]),
    ).toEqual([
      ['deep/cut short.pcap', 'ready', undefined],
      ['empty.pcap', 'error', 'empty-file'],
      ['guessing.bin', 'ready', undefined],
      ['letter.txt', 'error', 'not-a-capture'],
    ]);
    const found = reports[2];
    expect(found).toMatchObject({ sha256: createHash('sha256').update(guessing).digest('hex') });
    const { alerts, ledger, flowsByLabel } = found as unknown as {
      alerts: { label: string; flows: number; evidence: unknown[]; firstSeen: string }[];
      ledger: { records: number; flows: number };
      flowsByLabel: Record<string, number>;
    }; // the shape that the README names
    expect(alerts[0]).toMatchObject({ label: 'SSH Patator', score: expect.any(Number), riskScore: expect.any(Number) });
    expect(alerts[0]?.evidence.length).toBeGreaterThan(0);
    expect(Object.values(flowsByLabel).reduce((sum, count) => sum + count, 0)).toBe(ledger.flows);
    expect(readdirSync(temporary)).toEqual([]);
  }, 90_000);

  it('exits with 0 where every file is ready, and writes each flow once', async () => {
    writeFileSync(join(captures, 'office.pcap'), benignCapture().bytes);
    const flows = join(folder, 'flows.ndjson');
    const { code, reports } = await scan(join(captures, 'office.pcap'), '--json', '--flows', flows);
    expect(code).toBe(0);
    const ids = readFileSync(flows, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength((reports[0] as unknown as { ledger: { flows: number } }).ledger.flows);
  }, 90_000);

  it('of nothing, or of a path that is not there, says so and exits with 1', async () => {
    expect(await scan(captures, '--json')).toMatchObject({ code: 1, err: expect.stringContaining('0 files') });
    expect(await scan(join(captures, 'nowhere'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('no such file'),
    });
  }, 90_000);

  it('that is stopped ends soon and leaves no temporary folder', async () => {
    writeFileSync(join(captures, 'office.pcap'), benignCapture().bytes);
    const child = start(captures);
    await expect.poll(() => readdirSync(temporary), { timeout: 20_000 }).not.toEqual([]);
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
    expect(child.words.err).not.toMatch(/\n\s+at /);
  }, 60_000);
});
