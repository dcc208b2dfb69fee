import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCredentials } from '../../../local/stack/credentials.ts';
import { findOwner, refuseOwnedFolder, removeOwner, writeOwner } from '../../../local/stack/data-folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a data folder', () => {
  it('mints its secrets once, for its owner only', () => {
    const first = loadCredentials(folder);
    expect(loadCredentials(folder)).toEqual(first);
    expect(statSync(join(folder, 'credentials.json')).mode & 0o777).toBe(0o600);
    expect(first.apiKey.length).toBeGreaterThanOrEqual(32);
  });

  it('says what to do about a credentials file that is none', () => {
    writeFileSync(join(folder, 'credentials.json'), '{"version":2}');
    expect(() => loadCredentials(folder)).toThrow(/remove it to mint new ones/);
  });

  it('belongs to the process that serves the API it names', async () => {
    const server = createServer((_, response) => response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeOwner(folder, { pid: process.pid, apiUrl, s3Url: apiUrl });
    expect(await findOwner(folder)).toMatchObject({ apiUrl });
    await expect(refuseOwnedFolder(folder)).rejects.toThrow(/belongs to the running process/);
    server.close();
    server.closeAllConnections();
    // Killed: the file is still there, and its process id may be anybody's by now.
    expect(await findOwner(folder)).toBeUndefined();
    removeOwner(folder);
    expect(await findOwner(folder)).toBeUndefined();
  });
});
