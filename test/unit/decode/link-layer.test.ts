// decode: what the decoder makes of a frame's link layer, whole, cut, padded and lying.
import { describe, expect, test } from 'vitest';
import { decode } from './decode-frame.ts';
import { bytesOf, ethernet, ipv4, ipv6, join, tcp, udp } from './frames.ts';

const hello = Uint8Array.from(Buffer.from('hello'));

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
