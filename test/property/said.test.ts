// property: whatever a packet holds, and wherever it is cut, it says what its naive twin hears.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPacket } from '../../lib/decode/packet.ts';
import { SIDE } from '../../lib/flow/flow-cells.ts';
import { updateSaid } from '../../lib/flow/said.ts';
import { countOf, DESTINATION_SAID, SOURCE_SAID } from '../../lib/flow/said-counts.ts';
import { SIGNS } from '../../lib/flow/signs.ts';
import { saidInPacket } from '../support/naive-said.ts';
import { SAID_PACKETS } from '../support/said-packets.ts';

/** What lies behind the packet in its batch is another's. */
const BEHIND = Buffer.from('MZ\x90\0GET / HTTP/1.1');

function heard(
  payload: Uint8Array,
  direction: number,
  k: number,
  protocol: number,
  payloadLength = payload.length,
): readonly string[] {
  const page = new Float64Array(2 * 64);
  page[SIDE.payloadPackets] = k + 1;
  const bytes = Buffer.concat([Buffer.from('before'), payload, BEHIND]);
  const packet = { ...createPacket(), bytes, payloadStart: 6, protocol };
  updateSaid(page, 0, direction, { ...packet, payloadLength, payloadCaptured: payload.length });
  const signs = SIGNS.filter((_, bit) => ((page[SIDE.signs] ?? 0) >> bit) & 1);
  const units = direction === 0 ? SOURCE_SAID : DESTINATION_SAID;
  const counts = Object.entries(units).flatMap(([name, unit]) =>
    new Array<string>(countOf(page[SIDE.said] ?? 0, unit)).fill(name),
  );
  return [...signs, ...counts].toSorted();
}

const changes = fc.array(fc.tuple(fc.nat(200), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x0a, 0x20, 0x90, 0xff))), {
  maxLength: 3,
});

describe('what a packet says', () => {
  it('is what its naive twin hears, for packets of every kind with some bytes changed, cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SAID_PACKETS),
        changes,
        fc.nat(250),
        fc.constantFrom(0, 1),
        fc.constantFrom(0, 2, 3),
        fc.constantFrom(6, 6, 6, 17, 132),
        fc.constantFrom(0, 0, 512, 513),
        (sample, edits, cut, direction, k, protocol, wire) => {
          const payload = Uint8Array.from(sample.subarray(0, 1 + cut));
          for (const [at, value] of edits) if (at < payload.length) payload[at] = value;
          const length = Math.max(wire, payload.length);
          const expected = [...new Set(saidInPacket(payload, direction, k, protocol, length))].toSorted();
          expect(heard(payload, direction, k, protocol, length)).toEqual(expected);
        },
      ),
      { numRuns: 4000 },
    );
  });

  it('is what its naive twin hears, for any bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 220 }),
          fc.string({ minLength: 1, maxLength: 220 }).map((text) => Buffer.from(text, 'latin1')),
        ),
        fc.constantFrom(0, 1),
        (payload, direction) => {
          expect(heard(payload, direction, 5, 6)).toEqual([...saidInPacket(payload, direction, 5)].toSorted());
        },
      ),
      { numRuns: 1000 },
    );
  });
});
