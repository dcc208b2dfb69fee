// property: the decoder for any bytes: a packet or a reason, and nothing read outside the record.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket, DECODE_REASONS, type Packet } from '../../lib/decode/packet.ts';
import { bytesOf, ethernet, ipv4, ipv6, join, tcp, udp } from '../unit/decode/frames.ts';
import { TUNNELS } from '../unit/decode/tunnel-frames.ts';

const NO_BYTES = new Uint8Array(0);

const otherLinktypes = [9, 10, 50, 51, 104, 107, 109, 117, 119, 127, 147, 163, 166, 192, 204, 205, 206, 219, 239, 258];
const linktype = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 1, 1, 12, 101, 105, 108, 113, 228, 229, 276) },
  { weight: 1, arbitrary: fc.constantFrom(...otherLinktypes) },
);
const payload = fc.uint8Array({ maxLength: 60 });
const protocol = fc.constantFrom(1, 6, 17, 4, 41, 47, 58, 97, 132, 137, 0, 43, 44, 51, 60);
const segment = fc.oneof(
  fc.tuple(payload, fc.nat(15)).map(([bytes, dataOffset]) => tcp(bytes, { dataOffset })),
  payload.map((bytes) => tcp(bytes)),
  fc.tuple(payload, fc.nat(80)).map(([bytes, length]) => udp(bytes, length)),
  payload,
);
const extensions = fc.array(
  fc.tuple(protocol, fc.nat(3), fc.uint8Array({ minLength: 30, maxLength: 30 })).map(([next, units, rest]) => {
    return join(Uint8Array.of(next, units), rest.slice(0, 6 + units * 8));
  }),
  { maxLength: 3 },
);
const etherType = fc.constantFrom(0x0800, 0x86dd, 0x0806, 0x88cc, 0x8100, 0x8847, 0x8864, 0x88e7, 0x8926, 0x0020);
const network = fc.oneof(
  fc.tuple(etherType, payload).map(([type, bytes]) => ethernet(type, bytes)),
  fc.tuple(segment, protocol).map(([bytes, protocol]) => ethernet(0x0800, ipv4(bytes, { protocol }))),
  fc
    .record({ bytes: segment, protocol, totalLength: fc.nat(120), fragment: fc.constantFrom(0, 0x2000, 5, 0x2005) })
    .map(({ bytes, ...fields }) => ethernet(0x0800, ipv4(bytes, fields), [[0x8100, 3]])),
  fc
    .tuple(extensions, segment, protocol)
    .map(([headers, bytes, nextHeader]) => ethernet(0x86dd, ipv6(join(...headers, bytes), { nextHeader }))),
);

/** Frames in tunnels in tunnels, and headers of tunnels with anything behind. */
const tunnelled = fc
  .tuple(network, fc.array(fc.constantFrom(...TUNNELS), { minLength: 1, maxLength: 10 }))
  .map(([frame, tunnels]) => tunnels.reduce((inner, tunnel) => tunnel(inner), frame));

/** Control and flags of a data frame, as the air has it: plain, QoS, protected, a fragment; or a beacon. */
const wireless = fc
  .tuple(fc.constantFrom('0800', '0801', '0803', '8802', '0840', '8000', '4800'), fc.nat(3), network)
  .map(([control, fragment, frame]) => {
    const header = join(bytesOf(control), new Uint8Array(20), Uint8Array.of(fragment === 1 ? 1 : 0, 0));
    return join(header, bytesOf('aaaa03000000'), frame.slice(12));
  });

/** Any bytes, or a frame of ours with some of them changed, as the record of some link type. */
const record = fc
  .record({
    frame: fc.oneof(
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 120 }) },
      { weight: 4, arbitrary: network },
      { weight: 2, arbitrary: tunnelled },
    ),
    changes: fc.oneof(fc.constant([]), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 })),
    skipped: fc.constantFrom(0, 0, 14),
    cut: fc.option(fc.nat(), { freq: 3 }),
    more: fc.constantFrom(-5, 0, 0, 0, 6, 1400),
    linktype,
  })
  .chain((fields) => (fields.linktype === 105 ? wireless.map((frame) => ({ ...fields, frame })) : fc.constant(fields)))
  .map(({ frame, changes, skipped, cut, more, linktype }) => {
    const bytes = frame.slice(linktype === 105 ? 0 : skipped);
    for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
    const captured = cut === null ? bytes : bytes.slice(0, cut % (bytes.length + 1));
    return { captured, originalLength: Math.max(bytes.length + more, 0), linktype };
  });

function decodeBetween(
  before: Uint8Array,
  captured: Uint8Array,
  after: Uint8Array,
  originalLength: number,
  linktype: number,
): Packet {
  const packet = createPacket();
  const bytes = join(before, captured, after);
  decodePacket(bytes, before.length, captured.length, originalLength, linktype, packet);
  expect(packet.bytes).toBe(bytes);
  return { ...packet, bytes: NO_BYTES };
}

test('any bytes are a packet or a reason, by nothing but the bytes of the record', () => {
  const used = createPacket();
  const reasons = new Set<string | undefined>();
  fc.assert(
    fc.property(record, ({ captured, originalLength, linktype }) => {
      const alone = decodeBetween(new Uint8Array(50), captured, new Uint8Array(0), originalLength, linktype);
      for (const value of [0x00, 0x45, 0xff]) {
        const around = new Uint8Array(50).fill(value);
        expect(decodeBetween(around, captured, around, originalLength, linktype)).toEqual(alone);
      }
      decodePacket(join(new Uint8Array(50), captured), 50, captured.length, originalLength, linktype, used);
      expect({ ...used, bytes: NO_BYTES }).toEqual(alone);
      reasons.add(DECODE_REASONS[alone.reason]);
      reasons.add(DECODE_REASONS[alone.tunnelUndecoded]);
    }),
    { numRuns: 4000 },
  );
  // Every reason a decoder can give was met; the flow table gives the last one.
  expect([...reasons].sort()).toEqual(DECODE_REASONS.filter((reason) => reason !== 'fragment-without-first').sort());
});

test('a decoded packet lies inside its record, and its payload inside the packet', () => {
  fc.assert(
    fc.property(record, ({ captured, originalLength, linktype }) => {
      const packet = decodeBetween(new Uint8Array(9), captured, new Uint8Array(9), originalLength, linktype);
      if (DECODE_REASONS[packet.reason] !== 'decoded') return;
      const end = 9 + captured.length;
      const wireEnd = 9 + Math.max(captured.length, originalLength);
      expect(packet.networkStart).toBeGreaterThanOrEqual(9);
      expect(packet.networkStart + packet.ipHeaderLength).toBeLessThanOrEqual(end);
      expect(packet.networkStart + packet.ipLength).toBeLessThanOrEqual(wireEnd);
      expect(packet.ipHeaderLength).toBeLessThanOrEqual(packet.ipLength);
      expect(packet.payloadStart + packet.payloadCaptured).toBeLessThanOrEqual(end);
      expect(packet.payloadCaptured).toBeLessThanOrEqual(packet.payloadLength);
      expect(packet.payloadLength).toBeLessThanOrEqual(packet.ipLength - packet.ipHeaderLength);
      expect(packet.truncated).toBe(end < packet.networkStart + packet.ipLength);
      for (const value of Object.values(packet)) expect(value).not.toBeNaN();
    }),
    { numRuns: 4000 },
  );
});

test('a snaplen changes what was captured and nothing else, as long as the headers are whole', () => {
  fc.assert(
    fc.property(payload, fc.nat(60), fc.boolean(), (bytes, kept, isVersion6) => {
      const frame = isVersion6 ? ethernet(0x86dd, ipv6(tcp(bytes))) : ethernet(0x0800, ipv4(tcp(bytes)));
      const headers = frame.length - bytes.length;
      const whole = decodeBetween(new Uint8Array(0), frame, new Uint8Array(0), frame.length, 1);
      const cut = frame.slice(0, headers + Math.min(kept, bytes.length));
      const packet = decodeBetween(new Uint8Array(0), cut, new Uint8Array(0), frame.length, 1);
      expect(packet).toEqual({
        ...whole,
        payloadStart: headers,
        payloadCaptured: cut.length - headers,
        truncated: cut.length < frame.length,
      });
    }),
    { numRuns: 500 },
  );
});
