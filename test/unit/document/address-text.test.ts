// document: addresses as text, against Node's own parser.
import { SocketAddress } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, formatAddressWords, formatMac, formatMacWords } from '../../../lib/document/address-text.ts';

function bytesOf(...groups: readonly number[]): Uint8Array {
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

describe('address text', () => {
  it('writes IPv4 with dots', () => {
    expect(formatAddress(4, bytesOf(0, 0, 0, 0, 0, 0xffff, 0xc0a8, 0x01fe), 0)).toBe('192.168.1.254');
  });

  it.each([
    [[0, 0, 0, 0, 0, 0, 0, 0], '::'],
    [[0, 0, 0, 0, 0, 0, 0, 1], '::1'],
    [[0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], '2001:db8::1'],
    [[0x2001, 0xdb8, 0, 1, 1, 1, 1, 1], '2001:db8:0:1:1:1:1:1'],
    [[0x2001, 0, 0, 1, 0, 0, 0, 1], '2001:0:0:1::1'],
    [[0x2001, 0xdb8, 0, 0, 1, 0, 0, 1], '2001:db8::1:0:0:1'],
    [[0xfe80, 0, 0, 0, 0, 0, 0, 0], 'fe80::'],
    [[0, 0, 0, 0, 0, 0xffff, 0x0a00, 1], '::ffff:10.0.0.1'],
  ])('writes IPv6 %j as RFC 5952 has it: %s', (groups, text) => {
    expect(formatAddress(6, bytesOf(...groups), 0)).toBe(text);
  });

  it('writes IPv6 that Node reads as the same address', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 1, 0xdb8, 0xffff), { minLength: 8, maxLength: 8 }), (groups) => {
        const text = formatAddress(6, bytesOf(...groups), 0);
        const plain = groups.map((group) => group.toString(16)).join(':');
        const canonical = (address: string) => new SocketAddress({ address, family: 'ipv6' }).address;
        expect(canonical(text)).toBe(canonical(plain));
      }),
    );
  });

  it('reads a decoder’s words as it reads bytes', () => {
    expect(formatAddressWords(4, [0, 0, 0xffff, 0xc0a801fe])).toBe('192.168.1.254');
    expect(formatAddressWords(6, [0x20010db8, 0, 0, 0xffffffff])).toBe('2001:db8::ffff:ffff');
  });

  it('writes MAC addresses in capitals with hyphens', () => {
    expect(formatMac(Uint8Array.of(9, 0x00, 0x00, 0x5e, 0x00, 0x53, 0x2f), 1)).toBe('00-00-5E-00-53-2F');
    expect(formatMacWords(0xfe12, 0xabcdef01)).toBe('FE-12-AB-CD-EF-01');
  });
});
