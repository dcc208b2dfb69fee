// unit: documents that have a frequent word are counted without a look at the table, whatever was replaced, deleted or is not there yet.
import { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineInFolder } from '../../support/engine-in-folder.ts';

const WORDS = { query_string: { query: 'text:often OR text:now' } };

describe('documents of a frequent word', () => {
  let folder: EngineInFolder;
  beforeEach(async () => {
    folder = await EngineInFolder.open();
    await folder.send('PUT', ['a'], { mappings: { properties: { text: { type: 'text' }, number: { type: 'long' } } } });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await folder.remove();
  });

  /** Of numbers that 3 divides the text has the word. */
  async function write(
    numbers: readonly number[],
    text = (number: number): string => (number % 3 === 0 ? 'often' : 'else'),
  ) {
    const documents = numbers.map((number): [string, unknown] => [
      `id ${number}`,
      { number, text: `it is ${text(number)} so` },
    ]);
    await folder.write('a', documents);
    await folder.engine.pending.flush();
  }

  /** The total, how many statements looked at the bits of the rows, and how many at all. */
  async function ask(): Promise<{ readonly total: number; readonly looked: number; readonly statements: number }> {
    const run = vi.spyOn(DuckDBConnection.prototype, 'runAndReadAll');
    const answer = await folder.send('POST', ['a', '_search'], { query: WORDS, size: 0, track_total_hits: true });
    const looked = run.mock.calls.filter(([sql]) => sql.includes('get_bit')).length;
    const statements = run.mock.calls.length;
    run.mockRestore();
    return { total: (answer['hits'] as { total: { value: number } }).total.value, looked, statements };
  }

  async function count(): Promise<{ readonly total: number; readonly looked: number }> {
    const { total, looked } = await ask();
    return { total, looked };
  }

  const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
  const thirds = (from: number, to: number) => upTo(from, to).filter((number) => number % 3 === 0).length;

  it('are counted without any statement as long as nothing is written', async () => {
    await write(upTo(0, 6_000));
    expect(await ask()).toEqual({ total: 2_000, looked: 0, statements: 1 });
    expect(await ask()).toEqual({ total: 2_000, looked: 0, statements: 0 });
    await write(upTo(6_000, 9_000));
    expect(await ask()).toEqual({ total: 3_000, looked: 0, statements: 1 });
    await folder.send('POST', ['a', '_delete_by_query'], { query: { range: { number: { lt: 3_000 } } } });
    expect(await count()).toMatchObject({ total: 2_000 });
    await folder.reopen();
    expect(await ask()).toMatchObject({ total: 2_000 });
    expect(await ask()).toMatchObject({ total: 2_000, statements: 0 });
  });

  it('are counted in the engine, also after some were replaced, deleted and the engine was started again', async () => {
    await write(upTo(0, 20_000));
    expect(await count()).toEqual({ total: thirds(0, 20_000), looked: 0 });

    // one document in seven gets other words, and later ones come
    await write(
      upTo(0, 20_000).filter((number) => number % 7 === 0),
      () => 'elsewhere',
    );
    await write(upTo(20_000, 21_000));
    const left = upTo(0, 21_000).filter((n) => n % 3 === 0 && (n % 7 !== 0 || n >= 20_000)).length;
    expect(await count()).toEqual({ total: left, looked: 0 });

    await folder.send('POST', ['a', '_delete_by_query'], { query: { range: { number: { gte: 3_000, lt: 9_000 } } } });
    await folder.send('DELETE', ['a', '_doc', 'id 12000']);
    await folder.engine.pending.flush();
    const rest = upTo(0, 21_000).filter(
      (n) => n % 3 === 0 && (n % 7 !== 0 || n >= 20_000) && (n < 3_000 || n >= 9_000) && n !== 12_000,
    ).length;
    // the gaps were looked for a moment ago: they are not looked for at every search
    expect(await count()).toEqual({ total: rest, looked: 1 });
    const now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now + 60_000);
    expect(await count()).toEqual({ total: rest, looked: 0 });
    vi.restoreAllMocks();
    expect(await count()).toEqual({ total: rest, looked: 0 });

    await folder.reopen();
    expect(await count()).toEqual({ total: rest, looked: 0 });
    await write(upTo(30_000, 31_000));
    expect((await count()).total).toBe(rest + thirds(30_000, 31_000));
  }, 60_000);

  it('are counted in the table where other things are asked for beside the word', async () => {
    await write(upTo(0, 20_000));
    const answer = await folder.send('POST', ['a', '_search'], {
      query: { bool: { filter: [WORDS, { range: { number: { lt: 15_000 } } }] } },
      ...{ size: 0, track_total_hits: true },
    });
    expect((answer['hits'] as { total: { value: number } }).total.value).toBe(thirds(0, 15_000));
  });
});
