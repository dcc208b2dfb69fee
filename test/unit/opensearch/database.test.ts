// local/opensearch: the database file: what it takes to write many columns out, and how it is opened again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Database, rowsOf } from '../../../local/opensearch/database/database.ts';

const COLUMNS = 300;
/** Less than a block of 256 KiB for each column. */
const MEMORY_MIB = 48;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smart-ids-database-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('writes a table of three hundred columns out within little memory, and reads it after it was opened again', async () => {
  const options = { file: join(folder, 'store'), memoryLimitMiB: MEMORY_MIB, threads: 2 };
  const database = await Database.open(options);
  const names = Array.from({ length: COLUMNS }, (_, i) => `c${i}`);
  await database.write((writer) => writer.run(`CREATE TABLE wide (${names.map((name) => `${name} VARCHAR`).join()})`));
  const values = names.map((_, i) => `(range * ${i + 1})::VARCHAR`).join();
  for (let round = 0; round < 4; round++) {
    await database.write((writer) => writer.run(`INSERT INTO wide SELECT ${values} FROM range(1000)`));
    await database.write((writer) => writer.run('CHECKPOINT store'));
  }
  await database.close();

  const again = await Database.open(options);
  const [row] = await again.read((reader) =>
    rowsOf(reader, { sql: `SELECT count(*), max(c${COLUMNS - 1}) FROM wide` }),
  );
  expect(row?.[0]).toBe(4000n);
  await again.close();
});

it('keeps a byte order mark that a text begins with', async () => {
  const database = await Database.open({ file: ':memory:', memoryLimitMiB: MEMORY_MIB, threads: 1 });
  const [row] = await database.read((reader) => rowsOf(reader, { sql: "SELECT chr(65279) || 'bom'" }));
  expect(row?.[0]).toBe('\ufeffbom');
  await database.close();
});
