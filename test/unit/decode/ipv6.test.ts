// decode: IPv6 headers and their extensions, whole, cut, padded and lying.
import { describe, expect, test } from 'vitest';
import { decode } from './decode-frame.ts';
import { bytesOf, ethernet, ipv6, join, tcp } from './frames.ts';

const hello = Uint8Array.from(Buffer.from('hello'));

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
