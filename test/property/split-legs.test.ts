// property: a split that is interrupted again and again gives, byte for byte, what one gives that never is.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SplitOptions } from '../../lib/chunk/split-options.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { FlowTableOptions } from '../../lib/flow/flow-table.ts';
import { generateBulk } from '../../local/generate/bulk.ts';
import { encodePcap } from '../../local/generate/file/pcap.ts';
import { encodePcapng } from '../../local/generate/file/pcapng.ts';
import { encodeSnoop } from '../../local/generate/file/snoop.ts';
import { encodeZip } from '../../local/generate/file/zip.ts';
import { captureFile } from '../support/arbitrary-captures.ts';
import { arbitrarySteps, captureOf, recordsOf } from '../support/flow-captures.ts';
import { splitInLegs } from '../support/split-in-legs.ts';
import { pieces, splitAll } from '../support/split-results.ts';
import { PACKERS } from '../unit/capture/containers.ts';
import { bytesOf, ethernet, ipv4, udp } from '../unit/decode/frames.ts';
import { TUNNELS, vxlan } from '../unit/decode/tunnel-frames.ts';

const SMALL = { targetBytes: 1500, maxRecords: 9, spillRows: 2 };
/** Every cap is met. */
const TIGHT = {
  maxOpenFlows: 4,
  maxPayloadBlocks: 5,
  maxHeadBlocks: 4,
  maxFragments: 2,
  maxParts: 2,
  logFlows: 8,
  maxIdleHosts: 1,
} as const;

const VOLUME = { volumeBytes: 3000, volumeRecords: 30, maxIdleHosts: 0 } as const;

const tight = fc.constantFrom<FlowTableOptions>({}, TIGHT, { ...TIGHT, maxOpenFlows: 6, maxHeadBlocks: 0 }, VOLUME);
const batchRecords = fc.integer({ min: 1, max: 12 });
const batchesALeg = fc.integer({ min: 1, max: 7 });

/** Compares the legs' outputs to those of one pass; returns how many legs there were. */
async function expectSame(
  capture: Uint8Array,
  options: SplitOptions,
  every: number,
  pieceBytes?: number,
): Promise<number> {
  const whole = await splitAll(pieces(capture), { ...options, batchRecords: undefined });
  const { outputs, legs } = await splitInLegs(capture, options, every, pieceBytes);
  expect(outputs).toEqual(whole.outputs);
  return legs;
}

const encoders = {
  pcap: (steps) => captureOf(steps),
  pcapng: (steps) =>
    Buffer.concat([
      ...encodePcapng(
        recordsOf(steps).map((record, i) => ({ ...record, interfaceId: i % 2 })),
        {
          interfaces: [
            { linktype: 1, name: 'a' },
            { linktype: 1, resolution: { base: 10, exponent: 9 } },
          ],
        },
      ),
    ]),
  snoop: (steps) => Uint8Array.from(encodeSnoop(recordsOf(steps))),
} as const satisfies Record<string, (steps: Parameters<typeof recordsOf>[0]) => Uint8Array>;

const ARP_BODY = '0001 0800 06 04 0001 0a0b0c0d0e00 c0a80100 000000000000 c0a80109';
const DATAGRAM = udp(Uint8Array.from({ length: 88 }, (_, i) => i));
const FRAGMENT_BYTES = 32;

/** The frame in a tunnel, one of its cut short, an ARP packet, a piece of a datagram, or the frame as it is. */
function otherFrame(frame: Uint8Array, choice: number): Uint8Array {
  const tunnel = TUNNELS[choice];
  if (tunnel !== undefined && isIp(frame)) return tunnel(frame);
  if (choice === 19) return vxlan(Uint8Array.of(1, 2, 3));
  if (choice < 26) {
    const body = bytesOf(ARP_BODY);
    body[7] = 1 + (choice & 1);
    body[13] = choice;
    body[17] = choice >> 1;
    return ethernet(0x0806, body);
  }
  if (choice < 32) {
    const from = (choice - 26) * FRAGMENT_BYTES;
    const isLast = from + FRAGMENT_BYTES >= DATAGRAM.length;
    const piece = DATAGRAM.slice(from, from + FRAGMENT_BYTES);
    return ethernet(0x0800, ipv4(piece, { protocol: 17, fragment: (isLast ? 0 : 0x2000) | (from >> 3) }));
  }
  return frame;
}

function isIp(frame: Uint8Array): boolean {
  return frame.length > 40 && (frame[12] === 8 || frame[12] === 0x86) && frame[13] !== 6;
}

describe('a split in legs', () => {
  it.each(Object.keys(encoders) as (keyof typeof encoders)[])(
    'of a plain %s is the split of one pass, wherever the legs are cut',
    async (format) => {
      let most = 0;
      await fc.assert(
        fc.asyncProperty(
          arbitrarySteps(90, 'max'),
          tight,
          batchRecords,
          batchesALeg,
          fc.integer({ min: 40, max: 3000 }),
          async (steps, flows, records, every, pieceBytes) => {
            const options = { chunks: SMALL, flows, batchRecords: records };
            most = Math.max(most, await expectSame(encoders[format](steps), options, every, pieceBytes));
          },
        ),
        { numRuns: 40 },
      );
      expect(most).toBeGreaterThan(5);
    },
  );

  it('keeps what tunnels, fragments and ARP have told', async () => {
    const warnings = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        arbitrarySteps(60, 'max'),
        fc.infiniteStream(fc.nat(39)),
        fc.integer({ min: 1, max: 5 }),
        async (steps, choices, every) => {
          const records = recordsOf(steps).map((record) => {
            const bytes = otherFrame(record.bytes, choices.next().value ?? 0);
            return { ...record, bytes, originalLength: bytes.length };
          });
          const capture = Buffer.concat([...encodePcap(records, { linktype: 1, resolution: 'nanoseconds' })]);
          const { totals } = await splitAll(pieces(capture));
          for (const warning of Object.keys(totals.warnings)) warnings.add(warning);
          await expectSame(capture, { chunks: SMALL, batchRecords: 5 }, every);
        },
      ),
      { numRuns: 60 },
    );
    expect([...warnings].toSorted()).toEqual(expect.arrayContaining(['fragment-duplicate', 'fragment-malformed']));
    expect([...warnings].some((warning) => warning.startsWith('tunnel-not-followed:'))).toBe(true);
  });

  it('keeps rows that wait to be spilled, many to a buffer', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps(200, 'max'), batchesALeg, async (steps, every) => {
        const chunks = { targetBytes: 4000, maxRecords: 40, maxBufferedRowBytes: 6000 };
        await expectSame(captureOf(steps), { chunks, batchRecords: 5 }, every);
      }),
      { numRuns: 40 },
    );
  });

  it('of a packed capture is the split of one pass, its records passed over and not split again', async () => {
    const packer = fc.constantFrom(...Object.keys(PACKERS));
    await fc.assert(
      fc.asyncProperty(
        arbitrarySteps(60, 'max'),
        tight,
        packer,
        fc.nat(),
        batchRecords,
        batchesALeg,
        async (steps, flows, name, cut, records, every) => {
          const capture = captureOf(steps);
          const packed = PACKERS[name]?.(capture, cut % capture.length) ?? capture;
          await expectSame(packed, { chunks: SMALL, flows, batchRecords: records }, every);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('of a zip of several members, no captures and broken ones among them, is the split of one pass', async () => {
    const member = fc.oneof(
      { weight: 4, arbitrary: arbitrarySteps(30, 'max').map((steps) => captureOf(steps)) },
      { weight: 1, arbitrary: captureFile },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    );
    await fc.assert(
      fc.asyncProperty(
        arbitrarySteps(20, 'max'),
        fc.array(member, { maxLength: 4 }),
        batchRecords,
        batchesALeg,
        async (first, others, records, every) => {
          const zip = encodeZip([captureOf(first), ...others].map((bytes, i) => ({ name: `${i}`, bytes })));
          await expectSame(zip, { chunks: SMALL, batchRecords: records }, every);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('of any bytes is the split of one pass, or the same error', async () => {
    await fc.assert(
      fc.asyncProperty(
        captureFile,
        batchRecords,
        batchesALeg,
        fc.integer({ min: 1, max: 99 }),
        async (file, ...rest) => {
          const [records, every, pieceBytes] = rest;
          const chunks = { targetBytes: 60, maxRecords: 2, spillRows: 2 };
          const errorOf = (error: unknown) => error;
          const whole = await splitAll(pieces(file), { chunks }).catch(errorOf);
          const legs = await splitInLegs(file, { chunks, batchRecords: records }, every, pieceBytes).catch(errorOf);
          if (whole instanceof Error) {
            expect(whole).toBeInstanceOf(PipelineError);
            expect(legs).toEqual(whole);
          } else expect(legs).toMatchObject({ outputs: (whole as { outputs: unknown }).outputs }); // no error, so results
        },
      ),
      { numRuns: 300 },
    );
  });

  it('pauses in bytes that hold no records, too, and then goes on behind them', async () => {
    const capture = captureOf([]);
    const garbage = Buffer.concat([capture, Buffer.alloc(40_000, 0xff)]);
    expect(await expectSame(garbage, { chunks: SMALL }, 1, 500)).toBeGreaterThan(10);
  });

  it('of bulk traffic, in chunks of the usual kind, is the split of one pass', async () => {
    const capture = Buffer.concat([...generateBulk({ targetBytes: 4 * 1024 * 1024, seed: 11 })]);
    const legs = await expectSame(capture, { chunks: { targetBytes: 512 * 1024 } }, 1);
    expect(legs).toBe(9);
  }, 120_000);
});
