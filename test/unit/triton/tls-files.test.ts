import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTlsFiles } from '../../../lib/triton/tls-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-tls-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('certificates and keys', () => {
  it('are none where none are named', () => {
    expect(readTlsFiles({})).toEqual({});
  });

  it('are missed at start, with the variable that names them', () => {
    const path = join(folder, 'absent.pem');
    expect(() => readTlsFiles({ ca: path })).toThrow(`SMARTIDS_MODEL_SERVER_CA: ${path} cannot be read`);
  });

  it('are refused at start when they are no PEM', () => {
    const path = join(folder, 'words.pem');
    writeFileSync(path, 'no certificate');
    expect(() => readTlsFiles({ cert: path, key: path })).toThrow(/certificates and key do not go together/);
    expect(() => readTlsFiles({ cert: path, key: path })).toThrow(
      expect.objectContaining({ code: 'invalid-configuration' }),
    );
  });
});
