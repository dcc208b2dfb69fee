// property: for every sequence of packets, the flow table gives what its naive twin gives.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCaptureReader, readCapture } from '../../lib/capture/capture-reader.ts';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket, DECODE_REASONS } from '../../lib/decode/packet.ts';
import { FLOW_FIELDS, type FlowField } from '../../lib/flow/flow-fields.ts';
import { readQuotedEndpoints } from '../../lib/flow/icmp-quote.ts';
import { arbitrarySteps, captureOf } from '../support/flow-captures.ts';
import { tunnelOf } from '../support/naive-endpoints.ts';
import type { NaiveEndpoints, NaiveRecord } from '../support/naive-flow.ts';
import type { NaiveRow } from '../support/naive-flow-row.ts';
import { naiveFlows } from '../support/naive-flow-table.ts';
import { ownRows, type PlainRow, pieces, splitAll } from '../support/split-results.ts';

const LIMITS = { maxOpenFlows: 6, maxParts: 4, volumeRecords: 40, volumeBytes: 12_000 };
const CHUNKS = { targetBytes: 2000, maxRecords: 7, spillRows: 3 };
/** What the chunks and the application layer add. */
const NOT_OF_THE_TABLE = new Set(['firstChunk', 'lastChunk', 'application']);
/** Both sum in their own order. */
const RELATIVE_ERROR = 1e-6;
const ABSOLUTE_ERROR = 1e-8;

async function naiveRecords(capture: Uint8Array): Promise<NaiveRecord[]> {
  const records: NaiveRecord[] = [];
  const reader = createCaptureReader();
  for await (const batch of readCapture(pieces(capture), reader)) {
    for (let i = 0; i < batch.count; i++) {
      const packet = createPacket();
      const at = (column: { readonly [i: number]: number }) => column[i] ?? 0;
      const originalLength = at(batch.originalLength);
      decodePacket(batch.bytes, at(batch.start), at(batch.capturedLength), originalLength, 1, packet);
      const payloadEnd = packet.payloadStart + packet.payloadCaptured;
      records.push({
        record: batch.firstRecord + i,
        seconds: at(batch.seconds),
        nanoseconds: at(batch.nanoseconds),
        offset: at(batch.offset),
        recordLength: at(batch.recordLength),
        originalLength,
        interfaceId: at(batch.interfaceId),
        packet,
        payload: batch.bytes.slice(packet.payloadStart, payloadEnd),
        quoted: quotedBy(packet),
      });
    }
  }
  return records;
}

function quotedBy(packet: ReturnType<typeof createPacket>): NaiveEndpoints | undefined {
  if (packet.reason !== 0 || packet.protocol !== 1 || packet.icmpType !== 3) return undefined;
  const quoted = readQuotedEndpoints(packet);
  if (quoted === undefined) return undefined;
  const hex = (...words: number[]) => words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  return {
    ...quoted,
    tunnel: tunnelOf(packet),
    source: hex(quoted.source0, quoted.source1, quoted.source2, quoted.source3),
    destination: hex(quoted.destination0, quoted.destination1, quoted.destination2, quoted.destination3),
  };
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= ABSOLUTE_ERROR + RELATIVE_ERROR * Math.max(Math.abs(a), Math.abs(b));
}

function differences(fast: PlainRow, naive: NaiveRow): string[] {
  const fields = Object.keys(FLOW_FIELDS).filter((name) => !NOT_OF_THE_TABLE.has(name));
  return (fields as FlowField[]).flatMap((name) => {
    const [a, b] = [fast[name], naive[name]];
    const [left, right] = [[a ?? []].flat(), [b ?? []].flat()];
    const isSame = left.length === right.length && left.every((value, k) => isNear(value, right[k] ?? Number.NaN));
    return isSame ? [] : [`flow ${fast.record} ${name}: ${JSON.stringify(a)}, the twin says ${JSON.stringify(b)}`];
  });
}

describe('flow table', () => {
  it('gives the rows, directions and flows of its naive twin for any sequence of packets', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps(160), async (steps) => {
        const capture = captureOf(steps, 200);
        const results = await splitAll(pieces(capture), { flows: LIMITS, chunks: CHUNKS });
        const naive = naiveFlows(await naiveRecords(capture), LIMITS);
        const fast = ownRows(results);
        const expected = [...naive.rows].sort((a, b) => Number(a.record) - Number(b.record));
        expect(fast.map(({ record }) => record)).toEqual(expected.map(({ record }) => record));
        expect(fast.flatMap((row, k) => differences(row, expected[k] ?? {}))).toEqual([]);
        const places = [...results.records.values()].flatMap(({ count, columns }) =>
          Array.from({ length: count }, (_, i) =>
            columns.direction[i] === 2 ? undefined : { flow: columns.flow[i], direction: columns.direction[i] },
          ),
        );
        expect(places).toEqual(naive.places);
        expect(results.totals.warnings['flow-table-full'] ?? 0).toBe(naive.flowTableFull);
      }),
      { numRuns: 150 },
    );
  });

  it('has a reason for every record in no flow', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps(60), async (steps) => {
        const { totals, records } = await splitAll(pieces(captureOf(steps)), { flows: LIMITS, chunks: CHUNKS });
        const reasons: Record<string, number> = {};
        for (const { count, columns } of records.values()) {
          for (let i = 0; i < count; i++) {
            const reason = columns.reason[i] ?? 0;
            expect(reason === 0).toBe((columns.flow[i] ?? 0) >= 0);
            const name = DECODE_REASONS[reason] ?? '';
            if (reason > 0) reasons[name] = (reasons[name] ?? 0) + 1;
          }
        }
        expect(totals.undecodable).toEqual(reasons);
      }),
      { numRuns: 50 },
    );
  });
});
