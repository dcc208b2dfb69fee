// docs: generated files stand in the repository as the descriptions have them today.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../../local/docs/generated-files.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('generated files', () => {
  it.each([...generatedFiles()])('%s is up to date (npm run docs writes it)', (path, text) => {
    expect(readFileSync(join(ROOT, path), 'utf8') === text).toBe(true);
  });
});
