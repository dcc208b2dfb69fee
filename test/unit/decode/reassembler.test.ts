// decode: fragments put together again: in any order, once, within bounds, and down into the tunnel they carried.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePacket } from '../../../lib/decode/decode-packet.ts';
import { createPacket, type Packet } from '../../../lib/decode/packet.ts';
import { Reassembler } from '../../../lib/decode/reassembler.ts';
import { openState, saveState } from '../../support/split-in-legs.ts';
import { bytesOf, ethernet, ipv4, ipv6, join, tcp, udp } from './frames.ts';
import * as tunnels from './tunnel-frames.ts';

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly more: boolean;
}

const data = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7) & 0xff);
const datagram = udp(data);

function cutAt(payload: Uint8Array, ...cuts: readonly number[]): readonly Piece[] {
  const ends = [...cuts, payload.length];
  return ends.map((end, i) => ({
    offset: cuts[i - 1] ?? 0,
    bytes: payload.slice(cuts[i - 1] ?? 0, end),
    more: end < payload.length,
  }));
}

function v4({ offset, bytes, more }: Piece, protocol = 17): Uint8Array {
  return ethernet(0x0800, ipv4(bytes, { protocol, fragment: (more ? 0x2000 : 0) | (offset >> 3) }));
}

function v6({ offset, bytes, more }: Piece, nextHeader = 17): Uint8Array {
  const header = Uint8Array.of(nextHeader, 0, offset >> 8, (offset & 0xff) | (more ? 1 : 0), 0, 0, 0, 9);
  return ethernet(0x86dd, ipv6(join(header, bytes), { nextHeader: 44 }));
}

/** The packet as each frame leaves it. */
function decodeAll(frames: readonly Uint8Array[], reassembler = new Reassembler()): readonly Packet[] {
  const packet = createPacket();
  return frames.map((frame) => {
    decodePacket(frame, 0, frame.length, frame.length, 1, packet, reassembler);
    return { ...packet, datagram: packet.datagram?.slice() };
  });
}

function datagramsOf(packets: readonly Packet[]): readonly (Uint8Array | undefined)[] {
  return packets.map((packet) => packet.datagram);
}

describe('a fragmented packet', () => {
  test.each([
    ['IPv4', v4],
    ['IPv6', v6],
  ] as const)(
    'of %s is whole with its last piece to come, in whatever order, and each stays a fragment',
    (_name, frame) => {
      const pieces = cutAt(datagram, 1480, 2960);
      for (const order of [
        [0, 1, 2],
        [2, 1, 0],
        [1, 0, 2],
        [2, 0, 1],
      ] as const) {
        const packets = decodeAll(order.map((i) => frame(pieces[i] as Piece)));
        expect(datagramsOf(packets)).toEqual([undefined, undefined, datagram]);
        for (const [i, packet] of packets.entries()) {
          const offset = pieces[order[i] ?? 0]?.offset ?? -1;
          expect(packet).toMatchObject({ reason: 0, fragmentOffset: offset, destinationPort: offset === 0 ? 53 : 0 });
        }
      }
    },
  );

  test('of IPv6 has its transport behind the extension headers of its first piece', () => {
    const whole = join(bytesOf('1100 000000000000'), datagram);
    const packets = decodeAll(cutAt(whole, 1480).map((piece) => v6(piece, 60)));
    expect(packets[1]?.datagram).toEqual(datagram);
  });

  test('is whole even where the first piece is too small for its transport header', () => {
    const segment = tcp(data);
    const packets = decodeAll(cutAt(segment, 8).map((piece) => v4(piece, 6)));
    expect(packets[0]?.reason).not.toBe(0);
    expect(packets[1]?.datagram).toEqual(segment);
  });

  test('is not mixed with another of the same number between other hosts, or in another VLAN', () => {
    const [first, last] = cutAt(datagram, 1480).map((piece) => v4(piece)) as [Uint8Array, Uint8Array];
    const elsewhere = last.slice();
    elsewhere[29] = 77;
    const tagged = join(last.slice(0, 12), bytesOf('81000005'), last.slice(12));
    expect(datagramsOf(decodeAll([first, elsewhere, tagged, last])).map((whole) => whole?.length)).toEqual([
      undefined,
      undefined,
      undefined,
      datagram.length,
    ]);
  });

  test('cut by a snaplen is never whole, and is counted', () => {
    const reassembler = new Reassembler();
    const packet = createPacket();
    for (const frame of cutAt(datagram, 1480).map((piece) => v4(piece))) {
      decodePacket(frame, 0, 200, frame.length, 1, packet, reassembler);
      expect(packet.datagram).toBeUndefined();
    }
    expect(reassembler.warnings.get('fragment-cut')).toBe(2);
    expect(reassembler.bytes).toBe(0);
  });

  test('without a reassembler stays as it is', () => {
    const packet = createPacket();
    for (const frame of cutAt(datagram, 1480).map((piece) => v4(piece))) {
      decodePacket(frame, 0, frame.length, frame.length, 1, packet);
      expect(packet.datagram).toBeUndefined();
    }
  });
});

describe('a tunnel over fragments', () => {
  const inner = ethernet(0x0800, ipv4(tcp(data)));

  test.each([
    ['VXLAN', tunnels.vxlan(inner).slice(34), 17, 1],
    ['GRE', tunnels.greIp(inner).slice(34), 47, 1],
    ['VXLAN in GRE', tunnels.greIp(tunnels.vxlan(inner)).slice(34), 47, 2],
  ])('of %s gives the inner packet with the piece that completes it', (_name, payload, protocol, tunnelDepth) => {
    const [first, last] = decodeAll(cutAt(payload, 1480).map((piece) => v4(piece, protocol)));
    expect(first).toMatchObject({ reason: 0, tunnelDepth: 0, protocol, moreFragments: true });
    expect(last).toMatchObject({ reason: 0, tunnelDepth, protocol: 6, sourcePort: 50_000, payloadLength: 3000 });
    expect(last).toMatchObject({ fragmentOffset: 0, moreFragments: false, outerSource3: 0xc0a80001 });
    expect(last?.datagram).toBeUndefined();
    expect(last?.bytes.slice(last.payloadStart, last.payloadStart + 3000)).toEqual(data);
  });

  test('whose inside is no packet stays a fragment with its datagram, and says why', () => {
    const payload = tunnels.greFrame(ethernet(0x88cc, data)).slice(34);
    const [, last] = decodeAll(cutAt(payload, 1480).map((piece) => v4(piece, 47)));
    expect(last).toMatchObject({ reason: 0, protocol: 47, fragmentOffset: 1480, datagram: payload });
    expect(last?.tunnelUndecoded).toBeGreaterThan(0);
  });

  test('gives a fragmented inner packet as its own fragments', () => {
    const frames = cutAt(datagram, 1480).map((piece) => tunnels.greIp(v4(piece)));
    const packets = decodeAll(frames);
    expect(packets[1]).toMatchObject({ tunnelDepth: 1, fragmentOffset: 1480, protocol: 17, datagram });
  });
});

describe('hostile fragments', () => {
  const outcome = (pieces: readonly Piece[]) => {
    const reassembler = new Reassembler();
    const packets = decodeAll(
      pieces.map((piece) => v4(piece)),
      reassembler,
    );
    return { whole: packets.at(-1)?.datagram, warnings: Object.fromEntries(reassembler.warnings) };
  };
  const piece = (offset: number, length: number, more: boolean, value: number): Piece => {
    return { offset, bytes: new Uint8Array(length).fill(value), more };
  };

  test('that overlap leave what came first', () => {
    const { whole, warnings } = outcome([piece(0, 32, true, 1), piece(16, 32, true, 2), piece(48, 8, false, 3)]);
    expect(whole).toEqual(join(new Uint8Array(32).fill(1), new Uint8Array(16).fill(2), new Uint8Array(8).fill(3)));
    expect(warnings).toEqual({ 'fragment-overlap': 1 });
  });

  test('that come twice are taken once', () => {
    const { whole, warnings } = outcome([piece(0, 16, true, 1), piece(0, 16, true, 9), piece(16, 8, false, 3)]);
    expect(whole).toEqual(join(new Uint8Array(16).fill(1), new Uint8Array(8).fill(3)));
    expect(warnings).toEqual({ 'fragment-duplicate': 1 });
  });

  test.each([
    ['beyond what a packet can be', [piece(65_528, 100, false, 1)]],
    ['of no bytes', [piece(8, 0, true, 1)]],
    ['of a length that no following one can meet', [piece(0, 20, true, 1)]],
    ['behind the end', [piece(16, 8, false, 1), piece(24, 8, true, 1)]],
    ['that put the end before what is there', [piece(32, 8, true, 1), piece(16, 8, false, 1)]],
    ['with two ends', [piece(16, 8, false, 1), piece(8, 8, false, 1)]],
  ])('%s are refused and counted', (_name, pieces) => {
    expect(outcome(pieces)).toEqual({ whole: undefined, warnings: { 'fragment-malformed': 1 } });
  });

  test('of ever new packets are held to the ceilings, the oldest given up', () => {
    const reassembler = new Reassembler({ maxDatagrams: 3, maxBytes: 64 * 1024 });
    const frames = Array.from({ length: 50 }, (_, i) => {
      const frame = v4(piece(i % 2 === 0 ? 0 : 60_000, 800, true, 1));
      frame[19] = i;
      return frame;
    });
    for (const frame of frames) {
      decodeAll([frame], reassembler);
      expect(reassembler.bytes).toBeLessThanOrEqual(64 * 1024);
    }
    expect(reassembler.warnings.get('fragments-given-up')).toBeGreaterThan(40);
  });

  test('that nothing followed for long are given up', () => {
    const reassembler = new Reassembler({ maxAgeRecords: 10 });
    const [first, last] = cutAt(datagram, 1480).map((one) => v4(one)) as [Uint8Array, Uint8Array];
    const between = Array.from({ length: 10 }, () => ethernet(0x0800, ipv4(tcp(new Uint8Array(0)))));
    expect(decodeAll([first, ...between, last], reassembler).at(-1)?.datagram).toBeUndefined();
    expect(reassembler.warnings.get('fragments-given-up')).toBe(1);
  });
});

test('pieces in any order, some twice, give the datagram once, and without twins leave nothing behind', () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: datagram.length / 8 - 1 }), { maxLength: 20 });
  fc.assert(
    fc.property(
      cuts,
      fc.infiniteStream(fc.nat()),
      fc.boolean(),
      fc.boolean(),
      (units, random, isVersion6, hasNoTwins) => {
        const pieces = cutAt(datagram, ...units.map((unit) => unit * 8).sort((a, b) => a - b));
        const order = pieces
          .map((piece) => ({ piece, rank: random.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank);
        const twice = order[(random.next().value ?? 0) % order.length];
        const sent = twice === undefined || hasNoTwins || order.length === 1 ? order : [twice, ...order];
        const reassembler = new Reassembler();
        const packets = decodeAll(
          sent.map(({ piece }) => (isVersion6 ? v6(piece) : v4(piece))),
          reassembler,
        );
        const whole = datagramsOf(packets).filter((bytes) => bytes !== undefined);
        expect(whole).toEqual(pieces.length > 1 ? [datagram] : []);
        // A twin that comes after its packet was whole waits for others until its time is up.
        if (sent === order) expect(reassembler.bytes).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});

describe('a reassembler', () => {
  test('that is saved and restored between any two records goes on as if it had not been', async () => {
    const frame = fc.record({
      id: fc.integer({ min: 0, max: 3 }),
      unit: fc.integer({ min: 0, max: 6 }),
      units: fc.integer({ min: 1, max: 3 }),
      more: fc.boolean(),
    });
    const limits = { maxDatagrams: 2, maxAgeRecords: 9 };
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 40, size: 'max' }), async (list) => {
        const frames = list.map(({ id, unit, units, more }) => {
          const piece = { offset: 8 * unit, bytes: data.slice(8 * unit, 8 * (unit + units)), more };
          return v4(piece, 100 + id);
        });
        const whole = new Reassembler(limits);
        let cut = new Reassembler(limits);
        for (const bytes of frames) {
          const saved = await saveState((state) => cut.exchange(state));
          cut = new Reassembler(limits);
          await cut.exchange(openState(saved));
          expect(decodeAll([bytes], cut)).toEqual(decodeAll([bytes], whole));
          expect(cut.warnings).toEqual(whole.warnings);
          expect(cut.bytes).toBe(whole.bytes);
        }
      }),
      { numRuns: 60 },
    );
  });
});
