// real: what the two sides of a TCP flow said, beside tshark's "follow stream" of the same packets.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket } from '../../lib/decode/packet.ts';
import { TCP_PROTOCOL } from '../../lib/document/network-name.ts';
import { type ConversationPage, readConversation } from '../../lib/payload/read-conversation.ts';
import type { DumpObjects } from '../../lib/records/dump-version.ts';
import { readSelections } from '../../lib/records/read-selections.ts';
import { selectChunks } from '../../lib/records/select-chunks.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { carveFromStore } from '../support/carve-from-store.ts';
import { createMemoryObjectStore } from '../support/memory-object-store.ts';
import { storeCapture } from '../support/stored-capture.ts';
import { hasCaptures, realCaptures } from './captures.ts';

const MAX_FLOW_RECORDS = 4000;
const FLOWS_A_CAPTURE = 1;
const signal = new AbortController().signal;
const run = promisify(execFile);

const folder = mkdtempSync(join(tmpdir(), 'smart-ids-payload-real-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seen = { same: 0, bytes: 0, withGaps: 0, endsAtHole: 0, severalStreams: 0, cut: 0, different: 0 };
afterAll(() => console.log(`test:real: followed beside tshark: ${JSON.stringify(seen)}`));

function recordsOf(store: ObjectStore, dump: DumpObjects, flow: number) {
  const choices = Array.from({ length: dump.chunks ?? 0 }, (_, chunk) => ({
    chunk,
    choose: ({ count, columns }: { count: number; columns: { flow: ArrayLike<number> } }) =>
      Uint32Array.from({ length: count }, (_, row) => row).filter((row) => columns.flow[row] === flow),
  }));
  return readSelections(store, selectChunks(store, dump, choices, signal), signal);
}

/** Flows of TCP by number of records, the largest first, and whether one of their packets was cut. */
async function tcpFlows(store: ObjectStore, dump: DumpObjects) {
  const flows = new Map<number, { records: number; isCut: boolean; isTcp: boolean }>();
  const choices = Array.from({ length: dump.chunks ?? 0 }, (_, chunk) => ({
    chunk,
    choose: ({ count }: { count: number }) => Uint32Array.from({ length: count }, (_, row) => row),
  }));
  const packet = createPacket();
  for await (const { selection, first, end, offset, bytes } of readSelections(
    store,
    selectChunks(store, dump, choices, signal),
    signal,
  )) {
    const { columns } = selection.records;
    for (const row of selection.rows.subarray(first, end)) {
      const flow = columns.flow[row] ?? -1;
      if (flow < 0) continue;
      const at = (columns.offset[row] ?? 0) - offset + (columns.dataOffset[row] ?? 0);
      const one = selection.interfaces.find(({ id }) => id === columns.interfaceId[row]);
      const [captured, original] = [columns.capturedLength[row] ?? 0, columns.originalLength[row] ?? 0];
      decodePacket(bytes, at, captured, original, one?.linktype ?? -1, packet);
      const known = flows.get(flow) ?? { records: 0, isCut: false, isTcp: true };
      flows.set(flow, {
        records: known.records + 1,
        isCut: known.isCut || packet.payloadCaptured < packet.payloadLength,
        isTcp: known.isTcp && packet.protocol === TCP_PROTOCOL,
      });
    }
  }
  return [...flows].filter(([, { isTcp }]) => isTcp).toSorted(([, a], [, b]) => b.records - a.records);
}

interface Said {
  /** Runs of one side, its bytes in hex. */
  readonly runs: readonly (readonly [side: 0 | 1, hex: string])[];
}

function joined(parts: Iterable<readonly [0 | 1, string]>): Said['runs'] {
  const runs: [0 | 1, string][] = [];
  for (const [side, hex] of parts) {
    const last = runs.at(-1);
    if (last?.[0] === side) last[1] += hex;
    else runs.push([side, hex]);
  }
  return runs;
}

const hexOf = (text: string) => Buffer.from(text).toString('hex');

/** As tshark writes what is missing. */
function ours({ pieces }: ConversationPage): Said['runs'] {
  return joined(
    pieces.map(({ direction, bytes, missingBefore }) => {
      const gap = missingBefore > 0 ? hexOf(`[${missingBefore} bytes missing in capture file]\0`) : '';
      return [direction, gap + Buffer.from(bytes).toString('hex')] as const;
    }),
  );
}

/** What tshark follows of the only stream it sees; undefined where it sees none or several. */
async function theirs(path: string): Promise<Said['runs'] | undefined> {
  const args = ['-r', path, '-T', 'fields', '-e', 'tcp.stream', '-z', 'follow,tcp,raw,0'];
  const { stdout } = await run('tshark', args, { maxBuffer: 1024 ** 3, timeout: 60_000 });
  const lines = stdout.split('\n');
  const start = lines.findIndex((line) => line.startsWith('Node 1:'));
  const rule = lines.findIndex((line) => line.startsWith('==='));
  if (start < 0 || lines.slice(0, rule).some((line) => line !== '' && line !== '0')) return undefined;
  const said = lines.slice(start + 1).filter((line) => /^\t?[0-9a-f]+$/.test(line));
  return joined(said.map((line): [0 | 1, string] => (line.startsWith('\t') ? [1, line.slice(1)] : [0, line])));
}

const swapped = (runs: Said['runs']): Said['runs'] => runs.map(([side, hex]) => [side === 0 ? 1 : 0, hex]);
const FLAT_GAP = hexOf('[');

/** Theirs is ours up to a hole that nobody acknowledged: it leaves out what lies behind, we tell it as a gap. */
function endsAtHole(mine: Said['runs'], other: Said['runs']): boolean {
  const last = other.length - 1;
  if (!other.slice(0, -1).every(([side, hex], i) => mine[i]?.[0] === side && mine[i]?.[1] === hex)) return false;
  const [rest = '', next = ''] =
    last < 0 ? ['', mine[0]?.[1]] : [mine[last]?.[1].slice(other[last]?.[1].length), mine[last + 1]?.[1]];
  const isPrefix =
    last < 0 || (mine[last]?.[0] === other[last]?.[0] && mine[last]?.[1].startsWith(other[last]?.[1] ?? ''));
  return isPrefix === true && (rest === '' ? next : rest).startsWith(FLAT_GAP);
}

function compare(mine: Said['runs'], other: Said['runs']): 'same' | 'ends at a hole' | 'different' {
  const both = [mine, swapped(mine)];
  if (both.some((runs) => JSON.stringify(runs) === JSON.stringify(other))) return 'same';
  return both.some((runs) => endsAtHole(runs, other)) ? 'ends at a hole' : 'different';
}

const differing: string[] = [];

test.skipIf(!hasCaptures).each(realCaptures())('$name: said the same', async ({ name, path }) => {
  const store = createMemoryObjectStore();
  const source = await storeCapture(store, path);
  if (source === undefined) return;
  const flows = (await tcpFlows(store, source.dump)).filter(([, { records }]) => records <= MAX_FLOW_RECORDS);
  for (const [flow, { isCut }] of flows.slice(0, FLOWS_A_CAPTURE)) {
    if (isCut) {
      seen.cut += 1;
      continue;
    }
    const page = await readConversation(recordsOf(store, source.dump, flow), {
      ...{ isTcp: true, start: undefined, maxBytes: 1e9, maxRecords: 1e9, isLate: () => false },
    });
    const carved = await carveFromStore(
      store,
      [source.dump],
      ({ columns }, row) => columns.flow[row] === flow,
      'pcapng',
    );
    if (typeof carved === 'string') throw new Error(carved);
    const out = join(folder, 'flow.pcapng');
    writeFileSync(out, carved.bytes);
    const first = await theirs(out);
    if (first === undefined || page.counts.some(({ restarts }) => restarts > 0)) {
      seen.severalStreams += 1;
      continue;
    }
    const outcome = compare(ours(page), first);
    if (page.counts.some(({ gaps }) => gaps > 0)) seen.withGaps += 1;
    if (outcome === 'different') {
      seen.different += 1;
      differing.push(`${name} flow ${flow}: ${JSON.stringify(page.counts)}`);
      if (process.env['SMARTIDS_SHOW'] !== undefined)
        console.log(
          name,
          flow,
          JSON.stringify(
            ours(page)
              .map(([s, h]) => [s, h.length, h.slice(0, 40)])
              .slice(0, 8),
          ),
          JSON.stringify(first.map(([s, h]) => [s, h.length, h.slice(0, 40)]).slice(0, 8)),
        );
    } else if (outcome === 'same') seen.same += 1;
    else seen.endsAtHole += 1;
    seen.bytes += page.pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
});

test.skipIf(!hasCaptures)('nothing differs', () => {
  expect(seen.same).toBeGreaterThan(400);
  expect(seen.endsAtHole).toBeLessThan(10);
  expect(differing).toEqual([]);
});
