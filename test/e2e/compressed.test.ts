// A capture packed in every way a person may have it: scanned from the command line, the same documents as the plain file.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeBzip2 } from '../../local/generate/file/bzip2.ts';
import { encodeZip } from '../../local/generate/file/zip.ts';
import { sshGuessingCapture } from '../support/captures.ts';

const CLI = join(import.meta.dirname, '../../local/cli/main.ts');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-compressed-test-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Line = Readonly<Record<string, unknown>> & { readonly id: string };

/** Without the ids and names that differ by design, in the order of the flows' first records. */
function comparable(lines: readonly Line[], dumpOf: (line: Line) => string): ReadonlyMap<string, readonly string[]> {
  const byDump = new Map<string, string[]>();
  for (const line of lines) {
    const dump = dumpOf(line);
    const [version = ''] = /^[^.]+\.[^.]+/.exec(line.id) ?? [];
    const text = JSON.stringify(line, (key, value: unknown) =>
      ['ingested', 'attempt', 'created', 'file', 'dump'].includes(key) ? undefined : value,
    );
    byDump.set(dump, [...(byDump.get(dump) ?? []), text.replaceAll(version, 'VERSION').replaceAll(dump, 'DUMP')]);
  }
  return new Map([...byDump].map(([dump, texts]) => [dump, texts.sort()]));
}

describe('a scan of packed captures', () => {
  it('gives the flows and alerts of the plain one', async () => {
    const plain = sshGuessingCapture().bytes;
    const files = {
      'plain.pcap': plain,
      'a.gz': gzipSync(plain),
      'b.zst': zstdCompressSync(plain),
      'c.bz2': encodeBzip2(plain),
      'd.zip': encodeZip([
        { name: 'read me.txt', bytes: Buffer.from('words') },
        { name: 'x.pcap', bytes: plain },
      ]),
      'e.zip': encodeZip([{ name: 'x.pcap.gz', bytes: gzipSync(plain), method: 'stored', descriptor: 'signed' }]),
    };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const flows = join(folder, 'flows.ndjson');
    const names = Object.keys(files).map((name) => join(folder, name));
    const env = { PATH: process.env['PATH'], ORT_DISABLE_TELEMETRY: '1' };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [CLI, 'scan', ...names, '--json', '--flows', flows],
      {
        env,
        cwd: folder,
        maxBuffer: 2 ** 28,
      },
    );
    const reports = stdout
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { file: string; state: string; ledger: Record<string, unknown>; alerts: object[] },
      ); // the shape that the README names
    expect(reports.map(({ state }) => state)).toEqual(names.map(() => 'ready'));
    const figures = reports.map(({ ledger, alerts }) => ({
      ...ledger,
      secondsByStage: undefined,
      gaps: undefined,
      warnings: undefined,
      alerts: alerts.length,
    }));
    for (const figure of figures) expect(figure).toEqual(figures[0]);
    expect(reports[4]?.ledger).toMatchObject({ warnings: { 'member-not-a-capture': 1 } });

    const lines = readFileSync(flows, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line); // one document a line
    const byDump = [...comparable(lines, ({ id }) => id.split('.')[0] ?? '').values()];
    expect(byDump).toHaveLength(names.length);
    expect(byDump[0]?.length).toBeGreaterThan(5);
    for (const dump of byDump) expect(dump).toEqual(byDump[0]);
  }, 120_000);
});
