// Documents' texts and ids in blocks: what is written is read, by this version's layout and by the one of before.
import { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compressBlocks, OpenBlock, packBlocks } from '../../../local/opensearch/document/source-block.ts';
import { TextRoom } from '../../../local/opensearch/document/text-room.ts';
import { EngineInFolder } from '../../support/engine-in-folder.ts';

const HOSTILE_IDS = ['', 'a', '\u0000', 'ä€😀', `${'x'.repeat(509)}'"\\`, '__proto__', '1e5', 'null', '\ud800'];

/** As a block was laid out before ids lay beside the texts. */
function blockOfBefore(texts: readonly string[]): Uint8Array {
  const bytes = texts.map((text) => Buffer.from(text));
  const head = Buffer.alloc(4 * (texts.length + 1));
  head.writeUInt32LE(texts.length, 0);
  for (const [at, { length }] of bytes.entries()) head.writeUInt32LE(length, 4 * (at + 1));
  return zstdCompressSync(Buffer.concat([head, ...bytes]));
}

describe('a block of texts', () => {
  it('gives each id and text as it was, whatever they are', async () => {
    const documents = HOSTILE_IDS.flatMap((id, at) =>
      ['{}', `{"text":"${'é'.repeat(at * 300)}"}`, '', '€'.repeat(at === 4 ? 100_000 : 1)].map((text) => ({
        id,
        text,
      })),
    );
    const stored = documents.map(({ id, text }) => ({ id, source: Buffer.from(text) }));
    const room = new TextRoom();
    const packed = packBlocks(100, stored, room);
    const blocks = await compressBlocks(room.memory, packed);
    const read = blocks.flatMap(({ count, data }) => {
      const open = new OpenBlock(data);
      expect(open.count).toBe(count);
      const own = Array.from({ length: count }, (_, at) => ({ id: open.id(at), text: open.text(at) }));
      open.close();
      expect(() => open.text(0)).toThrow();
      return own;
    });
    // half of a pair is no text of UTF-8: it is what DuckDB's column has as well
    expect(read).toEqual(documents.map(({ id, text }) => ({ id: id.replace('\ud800', '\ufffd'), text })));
    expect(blocks.map(({ first, count }) => first + count).at(-1)).toBe(100 + documents.length);
  });

  it('of before has texts and no ids', () => {
    const texts = ['{"a":1}', '', '{"b":"é"}'];
    const open = new OpenBlock(blockOfBefore(texts));
    expect(texts.map((_, at) => open.text(at))).toEqual(texts);
    expect(open.id(1)).toBeUndefined();
    expect(open.count).toBe(3);
  });
});

describe.each([
  { name: 'blocks without ids', isOlder: false },
  { name: 'and no word of when fields were mapped', isOlder: true },
])('a file of before: $name', ({ isOlder }) => {
  let folder: EngineInFolder;
  beforeEach(async () => {
    folder = await EngineInFolder.open();
    const properties = { time: { type: 'date' }, name: { type: 'keyword' } };
    await folder.send('PUT', ['a'], { mappings: { properties } });
    await folder.write('a', documents(0, 200, 'old'));
    await folder.send('POST', ['a', '_refresh']);
    await folder.close();
    moveBack(`${folder.file}.documents`);
    if (isOlder) await forgetMapped(folder.file);
    await folder.open();
  });
  afterEach(() => folder.remove());

  function documents(from: number, to: number, name: string): [string, unknown][] {
    return Array.from({ length: to - from }, (_, at) => [
      `id ${from + at}`,
      { time: 1_000 + ((from + at) >> 2), name: `${name} ${from + at}` },
    ]);
  }

  /** Puts the blocks where they were kept, without ids. */
  function moveBack(file: string): void {
    const database = new DatabaseSync(file);
    database.exec(
      'CREATE TABLE blocks (tbl INTEGER, first INTEGER, count INTEGER, live INTEGER, data BLOB, PRIMARY KEY (tbl, first)) WITHOUT ROWID',
    );
    const insert = database.prepare('INSERT INTO blocks VALUES (?, ?, ?, ?, ?)');
    const rows = database.prepare('SELECT key, count, live, data FROM texts').all();
    expect(rows.length).toBeGreaterThan(5);
    for (const { key, count, live, data } of rows) {
      if (!(data instanceof Uint8Array)) throw new Error('a block without bytes');
      const open = new OpenBlock(data);
      const texts = Array.from({ length: open.count }, (_, at) => open.text(at));
      const table = Math.floor(Number(key) / 2 ** 36);
      insert.run(table, Number(key) % 2 ** 36, Number(count), Number(live), blockOfBefore(texts));
    }
    database.exec('DROP TABLE texts');
    database.close();
  }

  async function forgetMapped(file: string): Promise<void> {
    const instance = await DuckDBInstance.create(file);
    const connection = await instance.connect();
    const changed = await connection.runAndReadAll(
      `UPDATE catalog SET definition = replace(definition, ',"mappedSince":{}', '') WHERE definition LIKE '%mappedSince%'`,
    );
    expect(changed.getRows()).toEqual([[1n]]);
    connection.closeSync();
    instance.closeSync();
  }

  function counts(): Readonly<Record<string, unknown>> {
    const database = new DatabaseSync(`${folder.file}.documents`, { readOnly: true });
    const row = database.prepare(
      'SELECT (SELECT count(*) FROM blocks) AS older, (SELECT count(*) FROM texts) AS newer',
    );
    const found = row.get() ?? {};
    database.close();
    return { ...found };
  }

  async function newest(query: unknown, size = 300): Promise<readonly (readonly [unknown, unknown, unknown])[]> {
    const sort = [{ time: 'desc' }, { name: 'desc' }];
    const { hits } = await folder.send('POST', ['a', '_search'], { query, size, sort });
    const found = (hits as { hits: readonly { _id: string; _source: { text: string }; sort: unknown[] }[] }).hits;
    return found.map(({ _id, _source, sort: values }) => [_id, JSON.parse(_source.text).name, values[1]]);
  }

  it('is searched and written to on', async () => {
    const expected = (name: (number: number) => string, to: number): unknown[] =>
      Array.from({ length: to }, (_, number) => ({ number, time: number >> 2, name: name(number) }))
        .sort((left, right) => right.time - left.time || (left.name < right.name ? 1 : -1))
        .map((one) => [`id ${one.number}`, one.name, one.name]);
    expect(await newest({ match_all: {} })).toEqual(expected((number) => `old ${number}`, 200));
    expect(await newest({ term: { name: 'old 77' } })).toEqual([['id 77', 'old 77', 'old 77']]);
    // some are written over, some come to them
    await folder.write('a', documents(150, 260, 'new'));
    const name = (number: number): string => `${number < 150 ? 'old' : 'new'} ${number}`;
    const check = async (): Promise<void> => {
      expect(await newest({ match_all: {} })).toEqual(expected(name, 260));
      expect(await newest({ match_all: {} }, 30)).toEqual(expected(name, 260).slice(0, 30));
      for (const number of [0, 149, 150, 259]) {
        const document = await folder.send('GET', ['a', '_doc', `id ${number}`]);
        expect(document['_source']).toMatchObject({ text: expect.stringContaining(`"${name(number)}"`) });
      }
    };
    await check();
    await folder.reopen();
    await check();
  });

  it('gives the room of deleted documents back', async () => {
    expect(counts()).toMatchObject({ newer: 0 });
    await folder.send('POST', ['a', '_delete_by_query'], { query: { match_all: {} } });
    await folder.send('POST', ['a', '_refresh']);
    // beside whoever asks
    await expect.poll(counts).toEqual({ older: 0, newer: 0 });
    await folder.write('a', documents(0, 10, 'again'));
    await folder.send('POST', ['a', '_refresh']);
    expect((await newest({ match_all: {} })).length).toBe(10);
    await folder.send('DELETE', ['a']);
    expect(counts()).toEqual({ older: 0, newer: 0 });
  });
});
