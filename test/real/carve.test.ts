// real: what is carved out of real captures, opened by tshark: as many packets, with the times and lengths of the source.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { carveFromStore } from '../support/carve-from-store.ts';
import { createMemoryObjectStore } from '../support/memory-object-store.ts';
import { type StoredCapture, storeCapture } from '../support/stored-capture.ts';
import { hasCaptures, oddCaptures, realCaptures } from './captures.ts';
import { countPackets, readAs } from './read-as-tshark.ts';

const folder = mkdtempSync(join(tmpdir(), 'smart-ids-carve-real-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seen = { compared: 0, packets: 0, unreadable: 0, nameless: 0, flows: 0 };
afterAll(() => console.log(`test:real: carved and opened by tshark: ${JSON.stringify(seen)}`));

test.skipIf(!hasCaptures).each(realCaptures())('$name: carved whole, tshark sees the same', async ({ name, path }) => {
  const store = createMemoryObjectStore();
  const source = await storeCapture(store, path);
  if (source === undefined) {
    seen.unreadable += 1;
    return;
  }
  const { dump, totals } = source;
  const carved = await carveFromStore(store, [dump], () => true);
  if (typeof carved === 'string') {
    expect(carved).toContain('has no link type number');
    seen.nameless += 1;
    return;
  }
  const out = join(folder, `carved.${carved.file.kind}`);
  writeFileSync(out, carved.bytes);
  const [theirs, ours] = await Promise.all([readAs(path), readAs(out)]);
  if (theirs.lines.length === totals.records) {
    expect(ours.lines).toEqual(theirs.lines);
    seen.compared += 1;
    seen.packets += totals.records;
  } else {
    // Known differences in reading the source (known-record-counts.ts): what we carve is what we read.
    expect([name, ours.lines.length]).toEqual([name, ours.complaint.includes('unknown') ? 0 : totals.records]);
  }

  // One flow alone: as many packets as its row counts.
  const flows = new Map<number, number>();
  await carveFromStore(store, [dump], ({ columns }, row) => {
    const flow = columns.flow[row] ?? -1;
    if (flow >= 0) flows.set(flow, (flows.get(flow) ?? 0) + 1);
    return false;
  });
  const [largest] = [...flows].toSorted(([, a], [, b]) => b - a);
  if (largest === undefined) return;
  const one = await carveFromStore(store, [dump], ({ columns }, row) => columns.flow[row] === largest[0], 'pcapng');
  if (typeof one === 'string') throw new Error(one);
  writeFileSync(out, one.bytes);
  expect([name, await countPackets(out)]).toEqual([name, largest[1]]);
  seen.flows += 1;
});

test.skipIf(!hasCaptures)('many dumps of every format and link type in one pcapng open in tshark', async () => {
  const store = createMemoryObjectStore();
  const all: StoredCapture[] = [];
  for (const [number, { path }] of oddCaptures().entries()) {
    const source = await storeCapture(store, path, number);
    if (source === undefined) continue;
    // What tshark does not know at all would end its reading of the whole file.
    const carved = await carveFromStore(store, [source.dump], () => true, 'pcapng');
    if (typeof carved === 'string') continue;
    const out = join(folder, 'single.pcapng');
    writeFileSync(out, carved.bytes);
    if ((await countPackets(out)) === source.totals.records) all.push(source);
  }
  const carved = await carveFromStore(
    store,
    all.map(({ dump }) => dump),
    () => true,
    'pcapng',
  );
  if (typeof carved === 'string') throw new Error(carved);
  const out = join(folder, 'all.pcapng');
  writeFileSync(out, carved.bytes);
  const { lines } = await readAs(out);
  expect(all.length).toBeGreaterThan(50);
  expect(lines.length).toBe(all.reduce((sum, { totals }) => sum + totals.records, 0));
});
