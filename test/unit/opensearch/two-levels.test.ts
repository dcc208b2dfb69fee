// A histogram with terms below it: found by one statement where there are few buckets, by two where there are many; the same answer.
import { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineInFolder } from '../../support/engine-in-folder.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-03-01T00:00:00Z');

interface Flow {
  readonly time?: number;
  readonly host?: string;
  readonly bytes?: number;
}

/** Some without a time, a host or a number; hours without any. */
function flows(count: number, hosts: number): Flow[] {
  return Array.from({ length: count }, (_, at) => ({
    ...(at % 11 === 0 ? {} : { time: START_MS + ((at * 7) % 50) * HOUR_MS * ((at % 3) + 1) + at }),
    ...(at % 7 === 0 ? {} : { host: `host ${(at * at) % hosts}` }),
    ...(at % 5 === 0 ? {} : { bytes: at }),
  }));
}

interface Bucket {
  readonly key: unknown;
  readonly doc_count: number;
  readonly hosts: { readonly sum_other_doc_count: number; readonly buckets: readonly HostBucket[] };
}

interface HostBucket {
  readonly key: string;
  readonly doc_count: number;
  readonly bytes: { readonly value: number };
  readonly first?: { readonly value: number | null };
}

function naive(all: readonly Flow[], size: number): unknown[] {
  const times = all.flatMap(({ time }) => time ?? []);
  const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;
  const buckets: unknown[] = [];
  for (let hour = hourOf(Math.min(...times)); hour <= hourOf(Math.max(...times)); hour += HOUR_MS) {
    const inHour = all.filter(({ time }) => time !== undefined && hourOf(time) === hour);
    const byHost = Map.groupBy(
      inHour.filter(({ host }) => host !== undefined),
      ({ host }) => host ?? '',
    );
    const hosts = [...byHost]
      .map(([key, own]) => ({ key, count: own.length, bytes: own.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) }))
      .sort((left, right) => right.count - left.count || (left.key < right.key ? -1 : 1));
    const shown = hosts.slice(0, size);
    buckets.push([
      hour,
      inHour.length,
      hosts.reduce((sum, { count }) => sum + count, 0) - shown.reduce((sum, { count }) => sum + count, 0),
      shown.map(({ key, count, bytes }) => [key, count, bytes]),
    ]);
  }
  return buckets;
}

describe('a histogram with terms below it', () => {
  let folder: EngineInFolder;
  beforeEach(async () => {
    folder = await EngineInFolder.open();
    await folder.send('PUT', ['a'], {
      mappings: { properties: { time: { type: 'date' }, host: { type: 'keyword' }, bytes: { type: 'long' } } },
    });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await folder.remove();
  });

  async function write(all: readonly Flow[]): Promise<void> {
    await folder.write(
      'a',
      all.map((flow, at) => [`${at}`, flow] as const),
    );
    await folder.engine.pending.flush();
  }

  async function ask(
    size: number,
  ): Promise<{ readonly buckets: unknown; readonly statements: number; total: unknown }> {
    const run = vi.spyOn(DuckDBConnection.prototype, 'runAndReadAll');
    const answer = await folder.send('POST', ['a', '_search'], {
      ...{ size: 0, track_total_hits: true },
      aggs: {
        hours: {
          date_histogram: { field: 'time', fixed_interval: '1h' },
          aggs: { hosts: { terms: { field: 'host', size }, aggs: { bytes: { sum: { field: 'bytes' } } } } },
        },
      },
    });
    const statements = run.mock.calls.filter(([sql]) => sql.includes('GROUP BY')).length;
    run.mockRestore();
    const { hours } = answer['aggregations'] as { hours: { buckets: readonly Bucket[] } };
    const buckets = hours.buckets.map(({ key, doc_count, hosts }) => [
      ...[key, doc_count, hosts.sum_other_doc_count],
      hosts.buckets.map((host) => [host.key, host.doc_count, host.bytes.value]),
    ]);
    return { buckets, statements, total: (answer['hits'] as { total: unknown }).total };
  }

  it('is found by one statement where there are few buckets', async () => {
    const all = flows(900, 9);
    await write(all);
    for (const size of [3, 20]) {
      const { buckets, statements, total } = await ask(size);
      expect(buckets).toEqual(naive(all, size));
      expect(statements).toBe(1);
      expect(total).toEqual({ value: 900, relation: 'eq' });
    }
  });

  it('of one hour is found by one statement as well, and where no document has a host or a time', async () => {
    const one = [{ time: START_MS, host: 'x', bytes: 3 }, { time: START_MS + 5 }, { host: 'nowhere' }];
    await write(one);
    expect(await ask(5)).toEqual({
      buckets: [[START_MS, 2, 0, [['x', 1, 3]]]],
      statements: 1,
      total: { value: 3, relation: 'eq' },
    });
    await folder.send('POST', ['a', '_delete_by_query'], { query: { exists: { field: 'time' } } });
    expect((await ask(5)).buckets).toEqual([]);
  });

  it('is found level by level where there are many, and nobody tries again for a while', async () => {
    const all = flows(6_000, 5_000);
    await write(all);
    expect(naive(all, 3)).not.toEqual(naive(all, 2));
    for (const statements of [3, 2, 2]) expect(await ask(3)).toMatchObject({ buckets: naive(all, 3), statements });
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
    expect(await ask(3)).toMatchObject({ buckets: naive(all, 3), statements: 3 });
  });
});
