// What many writes at once know of documents that were deleted, or deleted before they were there: their versions.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bulk } from '../../../local/opensearch/http/bulk.ts';
import { encodeJson } from '../../../local/opensearch/request/json-text.ts';
import { EngineInFolder } from '../../support/engine-in-folder.ts';

/** Enough for a filter of ids to be made and asked. */
const MANY = 300;

describe('many writes at once', () => {
  let folder: EngineInFolder;
  beforeEach(async () => {
    folder = await EngineInFolder.open();
  });
  afterEach(() => folder.remove());

  /** Outcomes, each with how many there are. */
  async function write(kind: 'index' | 'delete', version: number, from = 0, count = MANY): Promise<unknown> {
    const lines = Array.from({ length: count }, (_, at) => {
      const action = { [kind]: { _index: 'a', _id: `d${from + at}`, version, version_type: 'external' } };
      return `${JSON.stringify(action)}\n${kind === 'index' ? '{"n":1}\n' : ''}`;
    });
    const { items } = await bulk(folder.engine.writer, Buffer.from(lines.join('')), undefined, false);
    const outcomes = JSON.parse(encodeJson(items)) as Record<string, { status: number; _version?: number }>[];
    const counted = Map.groupBy(outcomes, (item) => {
      const { status, _version } = item[kind] ?? { status: 0 };
      return `${status} ${_version ?? 'refused'}`;
    });
    return Object.fromEntries([...counted].map(([outcome, list]) => [outcome, list.length]));
  }

  it.each(['before', 'after'])('know of deletions of what was not there, made %s there was a filter', async (when) => {
    await folder.write('a', [['other', {}]]);
    // an index that was opened has none until many are written at once
    if (when === 'before') await folder.reopen();
    else await write('index', 1, 10_000);
    // few at once: no filter is made for them
    for (let from = 0; from < MANY; from += 100) expect(await write('delete', 5, from, 100)).toEqual({ '404 5': 100 });
    // then they wait no more
    if (when === 'before') await folder.engine.pending.flush();
    expect(await write('index', 4)).toEqual({ '409 refused': MANY });
    await folder.engine.pending.flush();
    expect(await write('index', 4)).toEqual({ '409 refused': MANY });
    expect(await write('delete', 5)).toEqual({ '409 refused': MANY });
    expect(await write('index', 6)).toEqual({ '201 6': MANY });
    expect(await write('index', 7)).toEqual({ '200 7': MANY });
    expect(await write('delete', 8)).toEqual({ '200 8': MANY });
    expect(await write('index', 8)).toEqual({ '409 refused': MANY });
    await folder.engine.pending.flush();
    expect(await write('index', 9)).toEqual({ '201 9': MANY });
    await folder.reopen();
    expect(await write('index', 9)).toEqual({ '409 refused': MANY });
    expect(await write('index', 10)).toEqual({ '200 10': MANY });
  });
});
