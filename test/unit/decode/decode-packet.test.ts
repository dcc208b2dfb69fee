// decode: frame by frame, what the decoder makes of each layer, whole, cut, padded and lying.
import { describe, expect, test } from 'vitest';
import { decodePacket } from '../../../lib/decode/decode-packet.ts';
import { createPacket, DECODE_REASONS, type Packet } from '../../../lib/decode/packet.ts';
import { bytesOf, ethernet, ipv4, ipv6, join, tcp, udp } from './frames.ts';

const hello = Uint8Array.from(Buffer.from('hello'));

interface Decoded extends Omit<Packet, 'reason'> {
  readonly reason: string | undefined;
}

interface Record {
  readonly linktype?: number;
  readonly capturedLength?: number;
  readonly originalLength?: number;
}

/** The record's bytes start at position 7 of their buffer, as in a batch. */
function decode(frame: Uint8Array, record: Record = {}): Decoded {
  const { linktype = 1, capturedLength = frame.length, originalLength = frame.length } = record;
  const packet = createPacket();
  decodePacket(join(new Uint8Array(7), frame), 7, capturedLength, originalLength, linktype, packet);
  return { ...packet, reason: DECODE_REASONS[packet.reason] };
}

const ipv4Words = { source0: 0, source1: 0, source2: 0xffff, source3: 0xc0a80001 };

describe('a link layer', () => {
  test('of Ethernet gives both addresses and the EtherType', () => {
    expect(decode(ethernet(0x0800, ipv4(tcp(hello))))).toMatchObject({
      reason: 'decoded',
      etherType: 0x0800,
      vlan: -1,
      hasMac: true,
      destinationMacHigh: 0x0a0b,
      destinationMacLow: 0x0c0d0e0f,
      sourceMacHigh: 0x0102,
      sourceMacLow: 0x03040506,
      networkStart: 21,
    });
  });

  test.each([
    ['one tag', [[0x8100, 7]], 7],
    [
      'QinQ of 802.1ad',
      [
        [0x88a8, 100],
        [0x8100, 7],
      ],
      100,
    ],
    [
      'QinQ of old switches',
      [
        [0x9100, 4095],
        [0x8100, 7],
      ],
      4095,
    ],
  ] as const)('with %s gives the outermost VLAN id', (_name, tags, vlan) => {
    const packet = decode(ethernet(0x0800, ipv4(tcp(hello)), tags));
    expect(packet).toMatchObject({ reason: 'decoded', vlan, etherType: 0x0800, sourcePort: 50_000, payloadLength: 5 });
  });

  test('with more tags than any network stacks is not followed', () => {
    const tags = Array.from({ length: 17 }, () => [0x8100, 1] as const);
    expect(decode(ethernet(0x0800, ipv4(tcp(hello)), tags)).reason).toBe('not-ip');
  });

  test.each([
    [113, '0000 0001 0006 010203040506 0000 0800', ipv4(udp(hello), { protocol: 17 })],
    [113, '0004 0304 0006 000000000000 0000 86dd', ipv6(udp(hello), { nextHeader: 17 })],
    [113, '0000 0001 0006 010203040506 0000 8100 0005 0800', ipv4(udp(hello), { protocol: 17 })],
    [276, '0800 0000 00000002 0001 00 06 0102030405060000', ipv4(udp(hello), { protocol: 17 })],
    [0, '02000000', ipv4(udp(hello), { protocol: 17 })],
    [0, '00000002', ipv4(udp(hello), { protocol: 17 })],
    [0, '1e000000', ipv6(udp(hello), { nextHeader: 17 })],
    [0, '00000018', ipv6(udp(hello), { nextHeader: 17 })],
    [0, '0f000800', ipv4(udp(hello), { protocol: 17 })],
    [108, '00000002', ipv4(udp(hello), { protocol: 17 })],
    [101, '', ipv4(udp(hello), { protocol: 17 })],
    [12, '', ipv6(udp(hello), { nextHeader: 17 })],
    [14, '', ipv4(udp(hello), { protocol: 17 })],
    [228, '', ipv4(udp(hello), { protocol: 17 })],
    [229, '', ipv6(udp(hello), { nextHeader: 17 })],
  ])('of type %d with header %s leads to its IP packet', (linktype, header, packet) => {
    expect(decode(join(bytesOf(header), packet), { linktype })).toMatchObject({
      reason: 'decoded',
      hasMac: false,
      protocol: 17,
      sourcePort: 5353,
      destinationPort: 53,
      payloadLength: 5,
      payloadCaptured: 5,
    });
  });

  test.each([
    ['ARP', 1, ethernet(0x0806, new Uint8Array(28)), 'arp'],
    ['an 802.3 length', 1, ethernet(0x0026, bytesOf('424203000000')), 'not-ip'],
    ['another EtherType', 1, ethernet(0x88cc, new Uint8Array(20)), 'not-ip'],
    ['a cut Ethernet header', 1, new Uint8Array(13), 'link-truncated'],
    ['a cut VLAN tag', 1, ethernet(0x8100, new Uint8Array(3)), 'link-truncated'],
    ['a cut cooked header', 113, new Uint8Array(15), 'link-truncated'],
    ['a cut cooked header of version 2', 276, new Uint8Array(19), 'link-truncated'],
    ['netlink in a cooked header', 113, bytesOf('0004 0338 0000 000000000000 0000 0800'), 'not-ip'],
    [
      'netlink in a cooked header of version 2',
      276,
      bytesOf('0800 0000 00000002 0338 00 00 0000000000000000'),
      'not-ip',
    ],
    ['a cut loopback header', 0, new Uint8Array(3), 'link-truncated'],
    ['another address family', 0, bytesOf('10000000'), 'not-ip'],
    ['little-endian order in a LOOP header', 108, bytesOf('02000000'), 'not-ip'],
    ['no bytes of raw IP', 101, new Uint8Array(0), 'link-truncated'],
    ['raw IP of version 5', 101, new Uint8Array(40).fill(0x55), 'ip-version-unknown'],
    ['a link type of nobody', 147, new Uint8Array(60), 'linktype-unsupported'],
    ['IPv6 where IPv4 is announced', 1, ethernet(0x0800, ipv6(tcp(hello))), 'ip-version-unknown'],
    ['IPv4 where IPv6 is announced', 1, ethernet(0x86dd, ipv4(tcp(new Uint8Array(40)))), 'ip-version-unknown'],
  ])('with %s says why there is no flow', (_name, linktype, frame, reason) => {
    expect(decode(frame, { linktype }).reason).toBe(reason);
  });
});

describe('IPv4', () => {
  test('gives every field of its header', () => {
    expect(decode(ethernet(0x0800, ipv4(tcp(hello), { fragment: 0x4000 })))).toMatchObject({
      ...ipv4Words,
      reason: 'decoded',
      ipVersion: 4,
      destination2: 0xffff,
      destination3: 0xc8643219,
      ipHeaderLength: 20,
      ipLength: 45,
      ttl: 63,
      tos: 0x2e,
      identification: 0x1234,
      fragmentOffset: 0,
      moreFragments: false,
      protocol: 6,
    });
  });

  test('with options finds the transport behind them', () => {
    const packet = decode(ethernet(0x0800, ipv4(tcp(hello), { options: new Uint8Array(12) })));
    expect(packet).toMatchObject({ reason: 'decoded', ipHeaderLength: 32, sourcePort: 50_000, payloadLength: 5 });
  });

  test('of a later fragment has the protocol and no ports', () => {
    const packet = decode(ethernet(0x0800, ipv4(tcp(hello), { fragment: 0x2000 | 185 })));
    expect(packet).toMatchObject({
      reason: 'decoded',
      fragmentOffset: 1480,
      moreFragments: true,
      protocol: 6,
      sourcePort: 0,
      destinationPort: 0,
      tcpFlags: 0,
      payloadStart: 41,
      payloadLength: 25,
    });
  });

  test('of a first fragment has the ports', () => {
    const packet = decode(ethernet(0x0800, ipv4(udp(hello, 3000), { protocol: 17, fragment: 0x2000 })));
    expect(packet).toMatchObject({ reason: 'decoded', moreFragments: true, destinationPort: 53, payloadLength: 5 });
  });

  test('with total length 0 takes its length from the record, as segmentation offload leaves it', () => {
    const frame = ethernet(0x0800, ipv4(tcp(hello), { totalLength: 0 }));
    expect(decode(frame, { originalLength: 30_014 })).toMatchObject({
      reason: 'decoded',
      ipLength: 30_000,
      payloadLength: 29_960,
      payloadCaptured: 5,
      truncated: true,
    });
  });

  test('that claims more bytes than there were on the wire is held to those', () => {
    const packet = decode(ethernet(0x0800, ipv4(tcp(hello), { totalLength: 60_000 })));
    expect(packet).toMatchObject({ reason: 'decoded', ipLength: 45, payloadLength: 5, truncated: false });
  });

  test('with an original length below the captured one is read by the captured one', () => {
    const packet = decode(ethernet(0x0800, ipv4(tcp(hello))), { originalLength: 3 });
    expect(packet).toMatchObject({ reason: 'decoded', ipLength: 45, payloadCaptured: 5, truncated: false });
  });

  test.each([
    ['a header of fewer than 20 bytes', ipv4(tcp(hello), { headerWords: 4 }), 'ipv4-malformed'],
    ['a header longer than the wire', ipv4(new Uint8Array(0), { headerWords: 15, totalLength: 60 }), 'ipv4-malformed'],
    ['a total length below the header', ipv4(tcp(hello), { totalLength: 19 }), 'ipv4-malformed'],
    ['a total length inside its options', ipv4(tcp(hello), { headerWords: 6, totalLength: 23 }), 'ipv4-malformed'],
    ['19 bytes', ipv4(new Uint8Array(0)).slice(0, 19), 'ipv4-truncated'],
  ])('with %s says why there is no flow', (_name, packet, reason) => {
    expect(decode(ethernet(0x0800, packet)).reason).toBe(reason);
  });

  test('cut inside its options is truncated, not malformed', () => {
    const frame = ethernet(0x0800, ipv4(tcp(hello), { options: new Uint8Array(40) }));
    expect(decode(frame, { capturedLength: 64 }).reason).toBe('ipv4-truncated');
  });
});

describe('IPv6', () => {
  test('gives every field of its header', () => {
    expect(decode(ethernet(0x86dd, ipv6(tcp(hello))))).toMatchObject({
      reason: 'decoded',
      ipVersion: 6,
      source0: 0x20010db8,
      source1: 1,
      source2: 2,
      source3: 3,
      destination0: 0xfe800000,
      destination1: 4,
      destination2: 5,
      destination3: 6,
      ipHeaderLength: 40,
      ipLength: 65,
      ttl: 62,
      tos: 0xab,
      protocol: 6,
      payloadLength: 5,
    });
  });

  test.each([
    ['hop-by-hop and destination options', 0, '3c00 000000000000 0601 0000000000000000000000000000', 24],
    ['routing', 43, '0602 0000000000000000000000000000000000000000 0000', 24],
    ['an authentication header', 51, '0604 00000000000000000000000000000000000000000000', 24],
    ['a fragment header of a whole packet', 44, '0600 0000 00000009', 8],
  ])('with %s finds the transport behind', (_name, nextHeader, extension, length) => {
    const packet = decode(ethernet(0x86dd, ipv6(join(bytesOf(extension), tcp(hello)), { nextHeader })));
    expect(packet).toMatchObject({
      reason: 'decoded',
      protocol: 6,
      ipHeaderLength: 40 + length,
      destinationPort: 443,
      payloadLength: 5,
    });
  });

  test('of a later fragment has the protocol, the identification and no ports', () => {
    const payload = join(bytesOf('1100 05a9 89abcdef'), hello);
    expect(decode(ethernet(0x86dd, ipv6(payload, { nextHeader: 44 })))).toMatchObject({
      reason: 'decoded',
      protocol: 17,
      fragmentOffset: 1448,
      moreFragments: true,
      identification: 0x89abcdef,
      destinationPort: 0,
      payloadLength: 5,
    });
  });

  test('of a later fragment is not followed into what only looks like an extension header', () => {
    const payload = join(bytesOf('3c00 05a9 89abcdef'), bytesOf('06ff000000000000'));
    expect(decode(ethernet(0x86dd, ipv6(payload, { nextHeader: 44 })))).toMatchObject({
      reason: 'decoded',
      protocol: 60,
      payloadLength: 8,
    });
  });

  test('with payload length 0 takes its length from the record, unless nothing follows', () => {
    const offloaded = ethernet(0x86dd, ipv6(tcp(hello), { payloadLength: 0 }));
    expect(decode(offloaded, { originalLength: 20_054 })).toMatchObject({ ipLength: 20_040, payloadLength: 19_980 });
    const empty = ethernet(0x86dd, ipv6(new Uint8Array(6), { payloadLength: 0, nextHeader: 59 }));
    expect(decode(empty)).toMatchObject({ reason: 'decoded', protocol: 59, ipLength: 40, payloadLength: 0 });
  });

  const stack = (headers: number) => {
    const chain = bytesOf(`${'3c00000000000000'.repeat(headers - 1)}0600000000000000`);
    return ipv6(join(chain, tcp(hello)), { nextHeader: 60 });
  };

  test('is followed through a tall stack of extension headers', () => {
    expect(decode(ethernet(0x86dd, stack(256)))).toMatchObject({ reason: 'decoded', protocol: 6, payloadLength: 5 });
  });

  test.each([
    ['39 bytes', ipv6(new Uint8Array(0)).slice(0, 39), 'ipv6-truncated'],
    ['an extension header beyond its end', ipv6(bytesOf('06ff000000000000'), { nextHeader: 0 }), 'ipv6-malformed'],
    ['an extension header that does not begin', ipv6(bytesOf('0600'), { nextHeader: 60 }), 'ipv6-malformed'],
    ['more extension headers than anyone stacks', stack(257), 'ipv6-malformed'],
  ])('with %s says why there is no flow', (_name, packet, reason) => {
    expect(decode(ethernet(0x86dd, packet)).reason).toBe(reason);
  });

  test('cut inside an extension header is truncated, not malformed', () => {
    const frame = ethernet(0x86dd, ipv6(join(bytesOf('0602'), new Uint8Array(22), tcp(hello)), { nextHeader: 0 }));
    for (const capturedLength of [56, 64]) expect(decode(frame, { capturedLength }).reason).toBe('ipv6-truncated');
  });
});

describe('a transport layer', () => {
  test('of TCP gives every field of its header', () => {
    const packet = decode(ethernet(0x0800, ipv4(tcp(hello, { options: new Uint8Array(12), flags: 0xd2 }))));
    expect(packet).toMatchObject({
      reason: 'decoded',
      sourcePort: 50_000,
      destinationPort: 443,
      tcpSequence: 0xfedcba98,
      tcpAcknowledgement: 0x01020304,
      tcpDataOffset: 8,
      tcpFlags: 0xd2,
      tcpWindow: 0xfaf0,
      payloadStart: 7 + 14 + 20 + 32,
      payloadLength: 5,
      payloadCaptured: 5,
    });
  });

  test.each([
    ['ICMP', 1, '0301 0000 00000000 4500', { icmpType: 3, icmpCode: 1, payloadLength: 2 }],
    ['ICMPv6', 58, '8700 0000 00000000', { icmpType: 0x87, icmpCode: 0, payloadLength: 0 }],
    ['SCTP', 132, '0b59 0b5a 00000000 00000000 0102', { sourcePort: 2905, destinationPort: 2906, payloadLength: 2 }],
    ['ESP', 50, '0102 0304 0506', { sourcePort: 0, destinationPort: 0, payloadLength: 6 }],
    [
      'GRE whose inner packet was cut',
      47,
      '0000 0800 4500',
      {
        tunnelDepth: 0,
        tunnelUndecoded: DECODE_REASONS.indexOf('ipv4-truncated'),
        sourcePort: 0,
        destinationPort: 0,
        payloadLength: 6,
      },
    ],
  ])('of %s is read by its protocol number', (_name, protocol, hex, expected) => {
    const packet = decode(ethernet(0x0800, ipv4(bytesOf(hex), { protocol })));
    expect(packet).toMatchObject({ reason: 'decoded', protocol, tcpFlags: 0, tcpDataOffset: 0, ...expected });
  });

  test('that ends before its usual header does has an empty payload', () => {
    const icmp = ethernet(0x0800, ipv4(bytesOf('0800 0000'), { protocol: 1 }));
    const fragment = ethernet(0x0800, ipv4(tcp(new Uint8Array(4), { dataOffset: 15 }), { fragment: 0x2000 }));
    for (const frame of [icmp, fragment]) {
      const expected = { reason: 'decoded', payloadLength: 0, payloadCaptured: 0, payloadStart: 7 + frame.length };
      expect(decode(frame)).toMatchObject(expected);
    }
  });

  test('does not count what Ethernet padded behind it', () => {
    const frame = join(ethernet(0x0800, ipv4(tcp(new Uint8Array(0)))), new Uint8Array(6));
    expect(decode(frame)).toMatchObject({ ipLength: 40, payloadLength: 0, payloadCaptured: 0, truncated: false });
    const datagram = join(ethernet(0x0800, ipv4(join(udp(hello), hello), { protocol: 17 })), new Uint8Array(9));
    expect(decode(datagram)).toMatchObject({ payloadLength: 5, payloadCaptured: 5 });
  });

  test.each([
    [256, 202, 61],
    [64, 10, 61],
    [54, 0, 61],
  ])('cut to %d bytes has its length from the headers and %d bytes captured', (capturedLength, captured, start) => {
    const packet = decode(ethernet(0x0800, ipv4(tcp(new Uint8Array(1000)))), { capturedLength, originalLength: 1054 });
    expect(packet).toMatchObject({
      reason: 'decoded',
      payloadStart: start,
      payloadLength: 1000,
      payloadCaptured: captured,
      truncated: true,
    });
  });

  test('whose TCP options were cut still has the right payload length', () => {
    const frame = ethernet(0x0800, ipv4(tcp(new Uint8Array(1000), { options: new Uint8Array(20) })));
    expect(decode(frame, { capturedLength: 64 })).toMatchObject({
      reason: 'decoded',
      payloadStart: 71,
      payloadLength: 1000,
      payloadCaptured: 0,
      truncated: true,
    });
  });

  test.each([
    ['TCP with a header of 16 bytes', 6, tcp(hello, { dataOffset: 4 }), 'transport-malformed'],
    ['TCP with a header beyond its end', 6, tcp(hello, { dataOffset: 7 }), 'transport-malformed'],
    ['TCP of 19 bytes', 6, tcp(hello).slice(0, 19), 'transport-malformed'],
    ['UDP of 7 bytes', 17, udp(hello).slice(0, 7), 'transport-malformed'],
    ['UDP that claims 7 bytes', 17, udp(hello, 7), 'transport-malformed'],
    ['ICMP of 3 bytes', 1, new Uint8Array(3), 'transport-malformed'],
    ['SCTP of 11 bytes', 132, new Uint8Array(11), 'transport-malformed'],
  ])('of %s says why there is no flow, padded or not', (_name, protocol, payload, reason) => {
    const frame = ethernet(0x0800, ipv4(payload, { protocol }));
    expect(decode(frame).reason).toBe(reason);
    expect(decode(join(frame, new Uint8Array(30))).reason).toBe(reason);
  });

  test.each([
    ['TCP', 6, tcp(hello), 19],
    ['UDP', 17, udp(hello), 7],
    ['ICMP', 1, bytesOf('0800 0000 0000 0000'), 3],
    ['SCTP', 132, new Uint8Array(30), 11],
  ])('of %s cut inside its header is truncated, not malformed', (_name, protocol, payload, kept) => {
    const frame = ethernet(0x0800, ipv4(payload, { protocol }));
    expect(decode(frame, { capturedLength: 34 + kept }).reason).toBe('transport-truncated');
    const fragment = ethernet(0x0800, ipv4(payload.slice(0, kept), { protocol, fragment: 0x2000 }));
    expect(decode(join(fragment, new Uint8Array(30))).reason).toBe('transport-truncated');
  });

  test('of UDP with length 0 or more than there is ends where the IP packet does', () => {
    for (const length of [0, 60_000]) {
      const packet = decode(ethernet(0x0800, ipv4(udp(hello, length), { protocol: 17 })));
      expect(packet).toMatchObject({ reason: 'decoded', payloadLength: 5, payloadCaptured: 5 });
    }
  });
});
