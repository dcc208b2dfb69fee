// property: for every capture, however it is cut into pieces or chunks, the same records and flows come out.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SplitOptions } from '../../lib/chunk/split-options.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { generateBulk } from '../../local/generate/bulk.ts';
import { arbitrarySteps, captureOf } from '../support/flow-captures.ts';
import { ownRows, ownRowsOf, type PlainRow, pieces, type SplitResults, splitAll } from '../support/split-results.ts';

const SMALL = { targetBytes: 1500, maxRecords: 9, spillRows: 2 };
const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * 1024;

function split(capture: Uint8Array, options: SplitOptions = {}, pieceBytes?: number): Promise<SplitResults> {
  return splitAll(pieces(capture, pieceBytes), options);
}

/** Numbers of a flow's first payload packets, -1 where there is none. */
const PAYLOAD_RECORDS = (['source', 'destination'] as const).flatMap((side) =>
  ([0, 1, 2] as const).map((k) => `${side}PayloadRecord${k}` as const),
);

/** A row without what may depend on the size of chunks. */
function withoutChunks({ firstChunk: _, lastChunk: __, ...row }: PlainRow) {
  return row;
}

describe('chunks', () => {
  it('hold every record exactly once, in order, whole and where the manifest says', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps(80), async (steps) => {
        const capture = captureOf(steps);
        const { manifests, records, totals } = await split(capture, { chunks: SMALL });
        const inOrder = [...manifests].sort((a, b) => a.chunk - b.chunk);
        expect(inOrder.map(({ chunk }) => chunk)).toEqual(inOrder.map((_, i) => i));
        expect(totals.chunks).toBe(inOrder.length);
        let record = 0;
        let end = 24;
        for (const chunk of inOrder) {
          const columns = records.get(chunk.chunk)?.columns;
          expect(chunk.firstRecord).toBe(record);
          expect(chunk.offset).toBe(end);
          expect(chunk.length <= SMALL.targetBytes || chunk.records === 1).toBe(true);
          for (let i = 0; i < chunk.records; i++) {
            expect(chunk.offset + (columns?.offset[i] ?? 0)).toBe(end);
            expect(columns?.dataOffset[i]).toBe(16);
            end += columns?.recordLength[i] ?? 0;
          }
          record += chunk.records;
          expect(chunk.offset + chunk.length).toBe(end);
        }
        expect(record).toBe(steps.length);
        expect(end).toBe(capture.length);
      }),
      { numRuns: 60 },
    );
  });

  it("hold a flow's row in every chunk that has a record of it, and in no other", async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps(80), async (steps) => {
        const { manifests, records, rows } = await split(captureOf(steps), { chunks: SMALL });
        for (const { chunk, flows, ownFlows, firstRecord } of manifests) {
          const { count = 0, columns } = records.get(chunk) ?? {};
          const touched = new Set([...(columns?.flow.subarray(0, count) ?? [])].filter((flow) => flow >= 0));
          const present = (rows.get(chunk) ?? []).map((row) => Number(row.record));
          expect(present.toSorted((a, b) => a - b)).toEqual([...touched].toSorted((a, b) => a - b));
          expect(flows).toBe(present.length);
          expect(ownFlows).toBe(present.filter((flow) => flow >= firstRecord).length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("tell where a flow's first payload packets lie in later chunks, whose objects are written by then", async () => {
    const capture = Buffer.concat([...generateBulk({ targetBytes: 1.5 * MEBIBYTE, seed: 7 })]);
    const results = await split(capture, { chunks: { targetBytes: 32 * KIBIBYTE } });
    const holders = new Map<number, Set<number>>();
    for (const manifest of results.manifests) {
      const before = results.outputs.slice(0, results.outputs.indexOf(manifest));
      const found = new Set<number>();
      for (const row of ownRowsOf(results, manifest.chunk)) {
        for (const record of PAYLOAD_RECORDS.map((name) => Number(row[name]))) {
          if (record < manifest.firstRecord + manifest.records) continue;
          const later = manifest.later.findLast(({ firstRecord }) => firstRecord <= record);
          const holder = results.manifests.find(({ chunk }) => chunk === later?.chunk);
          expect(holder).toMatchObject({ ...later });
          const { columns } = results.records.get(holder?.chunk ?? -1) ?? {};
          const at = record - (holder?.firstRecord ?? 0);
          expect(columns?.flow[at]).toBe(row.record);
          expect(manifest.interfaces.map(({ id }) => id)).toContain(columns?.interfaceId[at]);
          expect(before.some((output) => output.kind === 'record-object' && output.chunk === holder?.chunk)).toBe(true);
          found.add(holder?.chunk ?? -1);
        }
      }
      expect(manifest.later.map(({ chunk }) => chunk)).toEqual([...found].toSorted((a, b) => a - b));
      holders.set(manifest.chunk, found);
    }
    const counts = [...holders.values()].map(({ size }) => size);
    expect(counts.filter((size) => size > 0).length).toBeGreaterThan(10);
    expect(counts.filter((size) => size > 1).length).toBeGreaterThan(1);
  });

  it('are written before their manifest, and the totals last', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps(80), async (steps) => {
        const { outputs } = await split(captureOf(steps), { chunks: SMALL });
        const complete = new Set<number>();
        for (const output of outputs) {
          if (output.kind === 'totals' || output.kind === 'hosts' || output.kind === 'pause') continue;
          expect(complete.has(output.chunk)).toBe(false);
          if (output.kind === 'manifest') complete.add(output.chunk);
        }
        expect(outputs.at(-1)?.kind).toBe('totals');
      }),
      { numRuns: 30 },
    );
  });
});

describe('a pass over a capture', () => {
  it('gives the same outputs, byte for byte, wherever the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps(60), fc.integer({ min: 1, max: 400 }), async (steps, pieceBytes) => {
        const capture = captureOf(steps);
        const whole = await split(capture, { chunks: SMALL });
        const cut = await split(capture, { chunks: SMALL }, pieceBytes);
        expect(cut.outputs).toEqual(whole.outputs);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same rows in chunks of 64 KiB, 1 MiB and 64 MiB, and the same bytes when repeated', async () => {
    const capture = Buffer.concat([...generateBulk({ targetBytes: 2.5 * MEBIBYTE, seed: 7 })]);
    const sizes = [64 * KIBIBYTE, MEBIBYTE, 64 * MEBIBYTE];
    const passes = await Promise.all(sizes.map((targetBytes) => split(capture, { chunks: { targetBytes } })));
    const [small, middle, large] = passes.map((pass) => ownRows(pass).map(withoutChunks));
    expect(passes.map(({ totals }) => totals.chunks)).toEqual([expect.any(Number), 3, 1]);
    expect(passes[0]?.totals.chunks).toBeGreaterThan(38);
    expect(small).toEqual(large);
    expect(middle).toEqual(large);
    const again = await split(capture, { chunks: { targetBytes: MEBIBYTE } }, 100_003);
    expect(again.outputs).toEqual(passes[1]?.outputs);
  });

  it('gives the same rows however few of them it may hold', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps(80), async (steps) => {
        const capture = captureOf(steps);
        const roomy = ownRows(await split(capture, { chunks: SMALL }));
        const tight = ownRows(await split(capture, { chunks: { ...SMALL, maxBufferedRowBytes: 1 } }));
        expect(tight).toEqual(roomy);
      }),
      { numRuns: 30 },
    );
  });

  it('gives every record a place or an error of ours for any damage to a capture', async () => {
    const damage = fc.array(fc.tuple(fc.nat(6000), fc.integer({ min: 0, max: 255 })), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(arbitrarySteps(60), damage, async (steps, changes) => {
        const capture = captureOf(steps);
        for (const [at, value] of changes) if (at < capture.length) capture[at] = value;
        const outcome = await split(capture, { chunks: SMALL }).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(PipelineError);
          return;
        }
        const { totals, manifests } = outcome as SplitResults; // nothing but errors was caught
        const lost = totals.gaps.reduce((sum, gap) => sum + gap.length, 0);
        expect(manifests.reduce((sum, chunk) => sum + chunk.records, 0)).toBe(totals.records);
        expect(manifests.reduce((sum, chunk) => sum + chunk.length, 24) + lost).toBe(capture.length);
        const undecodable = Object.values(totals.undecodable).reduce((a, b) => a + b, 0);
        expect(totals.packets + undecodable).toBe(totals.records);
      }),
      { numRuns: 100 },
    );
  });
});
