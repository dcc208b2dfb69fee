import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFiles, type Skipped } from '../../../local/cli/find-files.ts';

let folder: string;
let skipped: string[];
const found = async (...paths: string[]) => {
  const onSkip = ({ path, reason, isFailure }: Skipped) =>
    skipped.push(`${path.slice(folder.length + 1)}: ${reason}${isFailure ? '!' : ''}`);
  return (await Array.fromAsync(findFiles(paths, onSkip))).map((path) => path.slice(folder.length + 1));
};

beforeEach(() => {
  skipped = [];
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-files-'));
  mkdirSync(join(folder, 'b/deep'), { recursive: true });
  for (const name of ['a.pcap', 'b/no-extension', 'b/deep/c.txt', '.hidden']) writeFileSync(join(folder, name), 'x');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the files that paths stand for', () => {
  it('are every regular file below them, by whatever name, sorted', async () => {
    expect(await found(folder)).toEqual(['.hidden', 'a.pcap', 'b/deep/c.txt', 'b/no-extension']);
  });

  it('come once, though a link and an argument name them again, and a link that leads back ends nothing', async () => {
    symlinkSync(folder, join(folder, 'b/deep/back'));
    symlinkSync(join(folder, 'a.pcap'), join(folder, 'link.pcap'));
    symlinkSync(join(folder, 'gone'), join(folder, 'dangling'));
    expect(await found(join(folder, 'link.pcap'), folder)).toEqual([
      'link.pcap',
      '.hidden',
      'b/deep/c.txt',
      'b/no-extension',
    ]);
  });

  it('that do not exist, and what is no regular file, are told and not passed over', async () => {
    symlinkSync(join(folder, 'gone'), join(folder, 'b/dangling'));
    const files = await found(join(folder, 'nowhere'), '/dev/null', join(folder, 'b'));
    expect(files).toEqual(['b/deep/c.txt', 'b/no-extension']);
    expect(skipped).toEqual([
      'nowhere: no such file or folder!',
      expect.stringMatching(/: not a regular file!$/),
      'b/dangling: a link to nowhere, or a name that is not UTF-8',
    ]);
  });
});
