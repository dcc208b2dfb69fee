// decode: IPv4 headers, whole, cut, padded and lying.
import { describe, expect, test } from 'vitest';
import { decode } from './decode-frame.ts';
import { ethernet, ipv4, tcp, udp } from './frames.ts';

const hello = Uint8Array.from(Buffer.from('hello'));
const ipv4Words = { source0: 0, source1: 0, source2: 0xffff, source3: 0xc0a80001 };

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
