// house: reads the import lines of the pure rooms, so that no SDK and no edge room ever gets into them.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const PURE_ROOMS = [
  'alert',
  'app',
  'capture',
  'carve',
  'checkpoint',
  'chunk',
  'decode',
  'detection',
  'document',
  'dump',
  'errors',
  'flow',
  'hunt',
  'model',
  'payload',
  'query',
];
const PURE_PACKAGES = ['zod', 'apache-arrow', 'node:zlib', 'node:crypto', 'node:buffer', 'node:util', 're2js'];

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function imports(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function existing(folders: readonly string[]): readonly string[] {
  const present = new Set(readdirSync(join(ROOT, 'lib')));
  return folders.filter((folder) => present.has(folder));
}

describe('the house', () => {
  it.each(existing(PURE_ROOMS))('lib/%s is pure: it imports pure rooms and pure packages only', (room) => {
    const offences = sources(join(ROOT, 'lib', room)).flatMap((file) =>
      imports(file)
        .filter((target) => {
          if (!target.startsWith('.')) return !PURE_PACKAGES.includes(target);
          const [top, other] = relative(ROOT, resolve(file, '..', target)).split('/');
          return top !== 'lib' || !PURE_ROOMS.includes(other ?? '');
        })
        .map((target) => `${relative(ROOT, file)} imports ${target}`),
    );
    expect(offences).toEqual([]);
  });

  it('handlers import no SDK, and nothing from another stage', () => {
    const offences = sources(join(ROOT, 'functions'))
      .filter((file) => !/\/(main|wiring)\.ts$/.test(file))
      .flatMap((file) =>
        imports(file)
          .filter((target) => {
            if (/^(@aws-sdk|@opensearch-project|@grpc|onnxruntime|fauxqs|@duckdb|minio)/.test(target)) return true;
            if (!target.startsWith('.')) return false;
            const [top, stage] = relative(ROOT, resolve(file, '..', target)).split('/');
            return top === 'functions' && stage !== relative(ROOT, file).split('/')[1];
          })
          .map((target) => `${relative(ROOT, file)} imports ${target}`),
      );
    expect(offences).toEqual([]);
  });

  it('nothing in lib or functions imports the local product or the tests', () => {
    const offences = [...sources(join(ROOT, 'lib')), ...sources(join(ROOT, 'functions'))].flatMap((file) =>
      imports(file)
        .filter((target) => target.startsWith('.'))
        .filter((target) =>
          ['local', 'test', 'web'].includes(relative(ROOT, resolve(file, '..', target)).split('/')[0] ?? ''),
        )
        .map((target) => `${relative(ROOT, file)} imports ${target}`),
    );
    expect(offences).toEqual([]);
  });
});
