// decode: transport headers, whole, cut, padded and lying.
import { describe, expect, test } from 'vitest';
import { DECODE_REASONS } from '../../../lib/decode/packet.ts';
import { decode } from './decode-frame.ts';
import { bytesOf, ethernet, ipv4, join, tcp, udp } from './frames.ts';

const hello = Uint8Array.from(Buffer.from('hello'));

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
