// What columns of texts are compressed with: those that hardly repeat are not for a dictionary.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compressionOf } from '../../../local/opensearch/database/column-compression.ts';
import { Database, rowsOf } from '../../../local/opensearch/database/database.ts';
import { startSearchEngine } from '../../../local/opensearch/server.ts';

const hash = (number: number) => `1:${createHash('sha1').update(String(number)).digest('base64')}`;
const many = (make: (number: number) => string, count = 512) => Array.from({ length: count }, (_, at) => make(at));
const noIds = many(() => 'another');

describe('what a column of texts is compressed with', () => {
  it('is zstd where they are the documents’ ids, however few', () => {
    expect(compressionOf(['dump.f1'], ['dump.f1'], false)).toBe('zstd');
    expect(compressionOf(['dump.f1', 'dump.f3'], ['dump.f1', 'dump.f2'], false)).toBeUndefined();
    expect(compressionOf([], [], false)).toBeUndefined();
  });

  it('is nothing for hashes, zstd for long texts that are all different, and DuckDB’s choice where they repeat or are few or short', () => {
    expect(compressionOf(many(hash), noIds, false)).toBe('uncompressed');
    expect(
      compressionOf(
        many((n) => `https://a-host.example/a/path/${n}`),
        noIds,
        false,
      ),
    ).toBe('zstd');
    expect(
      compressionOf(
        many((n) => hash(n % 256)),
        noIds,
        false,
      ),
    ).toBeUndefined();
    expect(compressionOf(many(hash, 255), noIds, false)).toBeUndefined();
    expect(
      compressionOf(
        many((n) => `short ${n}`),
        noIds,
        false,
      ),
    ).toBeUndefined();
  });

  it('is zstd for tokens, unless it is known that they repeat', () => {
    expect(compressionOf([' get index html '], ['1'], true)).toBe('zstd');
    expect(
      compressionOf(
        many((n) => ` get ${n % 200} `),
        noIds,
        true,
      ),
    ).toBe('zstd');
    expect(
      compressionOf(
        many((n) => ` get ${n % 20} `),
        noIds,
        true,
      ),
    ).toBeUndefined();
  });
});

describe('columns in the file', () => {
  let folder: string;
  const options = () => ({
    file: join(folder, 'index.duckdb'),
    host: '127.0.0.1',
    port: 0,
    memoryLimitMiB: 128,
    threads: 2,
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'search-engine-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function write(from: number): Promise<void> {
    const engine = await startSearchEngine(options());
    const lines = Array.from({ length: 9_000 }, (_, at) => {
      const id = `dump-7a3f.11aa22bb.f${from + at}`;
      const source = {
        id,
        hash: hash(from + at),
        name: `host-${at % 10}.a-long-name.example`,
        text: `some words ${at}`,
      };
      return `{"index":{"_id":"${id}"}}\n${JSON.stringify(source)}\n`;
    });
    const request = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const reply = await fetch(`${engine.endpoint}/k/_bulk?refresh=true`, { ...request, body: lines.join('') });
    expect(((await reply.json()) as { errors: boolean }).errors).toBe(false);
    const found = (await (
      await fetch(`${engine.endpoint}/k/_search`, {
        ...request,
        body: JSON.stringify({ query: { term: { 'hash.keyword': hash(from + 8_999) } } }),
      })
    ).json()) as { hits: { hits: { _id: string }[] } };
    expect(found.hits.hits.map(({ _id }) => _id)).toEqual([`dump-7a3f.11aa22bb.f${from + 8_999}`]);
    await engine.close();
  }

  it('stay compressed as they were made, after a restart, too', async () => {
    await write(0);
    await write(9_000);
    const database = await Database.open(options());
    const rows = await database.read((connection) =>
      rowsOf(connection, {
        sql: `SELECT column_name, string_agg(DISTINCT compression), count(DISTINCT row_group_id) FROM pragma_storage_info('d1')
          WHERE segment_type = 'VARCHAR' GROUP BY column_name ORDER BY column_name`,
      }),
    );
    await database.close();
    // each field as text and as keyword: id, hash, name, text
    const made = ['_id', 'f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7'];
    expect(rows.map(([name]) => name)).toEqual(made);
    expect(rows.map(([, kind]) => kind)).toEqual(
      'ZSTD ZSTD ZSTD ZSTD Uncompressed DICT_FSST DICT_FSST ZSTD DICT_FSST'.split(' '),
    );
    expect(rows.every(([, , groups]) => Number(groups) > 1)).toBe(true);
  });
});
