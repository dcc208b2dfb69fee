// bench: a hunt through generated traffic, the stage's own handler: node hunt.ts [MiB]. MB of dump a second of one core.

import { createHuntHandler } from '../../functions/hunt/handler.ts';
import { type HuntMessage, huntSchema, NOTHING_DONE } from '../../lib/hunt/hunt.ts';
import { huntJobKey } from '../../lib/hunt/hunt-keys.ts';
import { findUnit } from '../../lib/hunt-store/hunt-store.ts';
import { createLog } from '../../lib/log/log.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { generateBulk } from '../../local/generate/bulk.ts';
import { createMemoryObjectStore } from '../support/memory-object-store.ts';
import { splitIntoStore } from '../support/split-into-store.ts';

const MEGABYTE = 1e6;
const targetBytes = Number(process.argv[2] ?? 256) * 1024 ** 2;
const DUMP = { id: '11111111-1111-4111-8111-111111111111', key: 'dumps/bench' };

const PATTERNS = [
  { kind: 'text', value: 'nobody-says-this' },
  { kind: 'text', value: 'nobody-says-this', ignoreCase: true },
  { kind: 'text', value: 'HTTP/1.1 200' },
  { kind: 'hex', value: '16 03 01' },
  { kind: 'regexp', value: 'nobody-says-(this|that)' },
  { kind: 'regexp', value: 'HTTP/1\\.[01] [45]\\d\\d' },
  { kind: 'regexp', value: '(?:user|pass|token)=\\w{4,}' },
  { kind: 'regexp', value: '(?:user|pass|token)=\\w{4,}', ignoreCase: true },
  { kind: 'regexp', value: '[a-z0-9]{12,}\\.(?:xyz|top|biz)' },
  { kind: 'regexp', value: '\\x90{16,}' },
] as const;

const store = createMemoryObjectStore();
const capture = Buffer.concat([...generateBulk({ targetBytes, seed: 5, bitsPerSecond: 1e9 })]);
const { etag, totals } = await splitIntoStore(store, capture, DUMP, {});
/** Without the digest that the store in memory makes of an object at each call. */
const bucket: ObjectStore = {
  ...store,
  getRange: async (_, { offset, length }) => capture.subarray(offset, offset + length),
};
console.log(`${(capture.length / MEGABYTE).toFixed(0)} MB, ${totals.records} packets, ${totals.chunks} chunks`);

for (const [number, pattern] of PATTERNS.entries()) {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const dumps = [{ ...DUMP, etag, name: 'bench', firstChunk: 0, chunks: totals.chunks }];
  const hunt = huntSchema.parse({
    ...{ version: 1, id, createdAt: '2026-11-23T06:00:00.000Z', kind: 'dumps', direction: 'both', limit: 10_000 },
    ...{ pattern, dumps, notReady: 0 },
  });
  await store.put(huntJobKey(id), JSON.stringify(hunt));
  const queue: HuntMessage[] = [{ version: 1, hunt: id, unit: 0, before: NOTHING_DONE }];
  const handler = createHuntHandler({
    store: bucket,
    queue: { send: async (_, body) => void queue.push(JSON.parse(body)) },
    search: { search: () => Promise.reject(new Error('nothing is asked of the index')) },
    log: createLog({ level: 'error', name: 'hunt' }),
    clock: () => new Date(),
  });
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let last = 0;
  for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
    last = message.unit;
    const Records = [{ messageId: 'm', body: JSON.stringify(message), attributes: { ApproximateReceiveCount: '1' } }];
    const context = { requestId: 'r', remainingMs: () => 900_000, signal: new AbortController().signal };
    await handler({ Records }, { ...context, maxReceiveCount: 5 });
  }
  const { user, system } = process.cpuUsage(cpu);
  const found = await findUnit(store, id, last);
  const rate = (microseconds: number) => ((found?.bytes ?? 0) / microseconds).toFixed(0).padStart(5);
  const wall = rate((performance.now() - began) * 1000);
  const words = `${pattern.kind} ${pattern.value}${'ignoreCase' in pattern ? ', either case' : ''}`;
  console.log(
    `${rate(user + system)} MB/s of CPU, ${wall} MB/s  ${String(found?.matches).padStart(6)} matches  ${words}`,
  );
}
