// property: a packed capture is split into the chunks of the plain one, its records' bytes beside them; members are apart.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SplitOutput } from '../../lib/chunk/split-output.ts';
import { encodeZip } from '../../local/generate/file/zip.ts';
import { arbitrarySteps, captureOf } from '../support/flow-captures.ts';
import { ownRows, pieces, type SplitResults, splitAll } from '../support/split-results.ts';
import { PACKERS } from '../unit/capture/containers.ts';

const SMALL = { targetBytes: 1500, maxRecords: 9, spillRows: 2 };

function split(bytes: Uint8Array, pieceBytes?: number): Promise<SplitResults> {
  return splitAll(pieces(bytes, pieceBytes), { chunks: SMALL });
}

/** Without what says that the dump is packed. */
function plainOutputs(outputs: readonly SplitOutput[]): unknown[] {
  return outputs
    .filter(({ kind }) => kind !== 'raw-object')
    .map((output) => (output.kind === 'manifest' ? { ...output, hasRaw: false } : output));
}

describe('a packed capture', () => {
  it('gives the columns, rows and totals of the plain one, and its bytes chunk by chunk', async () => {
    const packer = fc.constantFrom(...Object.keys(PACKERS));
    await fc.assert(
      fc.asyncProperty(
        arbitrarySteps(50),
        packer,
        fc.nat(),
        fc.integer({ min: 1, max: 4000 }),
        async (steps, name, cut, piece) => {
          const capture = captureOf(steps);
          const packed = PACKERS[name]?.(capture, cut % capture.length) ?? capture;
          const [plain, found] = [await split(capture), await split(packed, piece)];
          expect(plainOutputs(found.outputs)).toEqual(plain.outputs);
          for (const { chunk, offset, length, hasRaw } of found.manifests) {
            expect(hasRaw).toBe(true);
            const raw = found.outputs.filter((output) => output.kind === 'raw-object' && output.chunk === chunk);
            expect(raw).toEqual([
              { kind: 'raw-object', chunk, bytes: new Uint8Array(capture.subarray(offset, offset + length)) },
            ]);
          }
          expect((await split(packed)).outputs).toEqual(found.outputs);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has its raw object before its manifest', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps(40), async (steps) => {
        const { outputs } = await split(encodeZip([{ name: 'a', bytes: captureOf(steps) }]));
        const raw = new Set<number>();
        for (const output of outputs) {
          if (output.kind === 'raw-object') raw.add(output.chunk);
          if (output.kind === 'manifest') expect(raw.has(output.chunk)).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('captures of one zip', () => {
  it('are one dump: numbers run on, but no flow, clock or chunk does', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps(30), arbitrarySteps(30), async (before, after) => {
        const captures = [captureOf(before), captureOf(after)];
        const [first, second] = await Promise.all(captures.map((capture) => split(capture)));
        const both = await split(encodeZip(captures.map((bytes, i) => ({ name: `${i}.pcap`, bytes }))));
        const chunks = first?.totals.chunks ?? 0;
        const records = first?.totals.records ?? 0;
        expect(both.totals.records).toBe(before.length + after.length);
        expect(both.totals.bytes).toBe((captures[0]?.length ?? 0) + (captures[1]?.length ?? 0));
        expect(both.totals.flows).toBe((first?.totals.flows ?? 0) + (second?.totals.flows ?? 0));
        expect(both.totals.chunks).toBe(chunks + (second?.totals.chunks ?? 0));
        const rows = ownRows(both);
        const flows = first?.totals.flows ?? 0;
        expect(rows.slice(0, flows)).toEqual(ownRows(first as SplitResults)); // split of a capture
        expect(rows.slice(flows).map((row) => Number(row.record) - records)).toEqual(
          ownRows(second as SplitResults).map((row) => row.record),
        );
        const own = ['endReason', 'sourcePackets', 'destinationPackets', 'sourceBytes'] as const;
        const figures = (list: ReturnType<typeof ownRows>) =>
          list.map((row) => own.map((name) => (row as Readonly<Record<string, unknown>>)[name]));
        expect(figures(rows.slice(flows))).toEqual(figures(ownRows(second as SplitResults)));
      }),
      { numRuns: 40 },
    );
  });
});
