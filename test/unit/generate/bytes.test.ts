// generate: addresses, checksums and chance, the pieces everything else is made of.
import { describe, expect, it } from 'vitest';
import { formatAddress, macFor, parseAddress } from '../../../local/generate/bytes/address.ts';
import { foldChecksum, patchChecksum, sumWords } from '../../../local/generate/bytes/checksum.ts';
import { createRandom } from '../../../local/generate/random.ts';

describe('addresses', () => {
  it.each(['10.0.0.1', '203.0.113.254', '2001:db8::1', '::', '::1', 'fe80::', 'fd00:1:2:3:4:5:6:7', '2001:db8:0:1::5'])(
    'reads %s and writes it the same',
    (text) => {
      expect(formatAddress(parseAddress(text))).toBe(text);
    },
  );

  it('gives one address one locally administered unicast card', () => {
    const mac = macFor(parseAddress('10.0.0.1'));
    expect(mac).toEqual(macFor(parseAddress('10.0.0.1')));
    expect((mac[0] ?? 0) & 3).toBe(2);
    expect(mac).not.toEqual(macFor(parseAddress('10.0.0.2')));
  });
});

describe('checksums', () => {
  it('sums the example of RFC 1071', () => {
    const example = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
    expect(foldChecksum(sumWords(example, 0, 8))).toBe(0x220d);
  });

  it('counts an odd last byte as the high half of a word', () => {
    expect(sumWords(Uint8Array.of(0x12, 0x34, 0x56), 0, 3)).toBe(0x1234 + 0x5600);
  });

  it('patches to what a fresh sum would give, for a thousand changes', () => {
    const random = createRandom(7);
    for (let round = 0; round < 1000; round++) {
      const bytes = random.bytes(20);
      const before = foldChecksum(sumWords(bytes, 0, 20));
      const old = sumWords(bytes, 4, 8);
      bytes.set(random.bytes(4), 4);
      const patched = patchChecksum(before, old, sumWords(bytes, 4, 8));
      expect(patched).toBe(foldChecksum(sumWords(bytes, 0, 20)));
    }
  });
});

describe('chance', () => {
  it('draws the same stream from the same seed, on every machine', () => {
    const random = createRandom(1);
    expect([random.uint32(), random.uint32(), random.uint32()]).toEqual([393_288_148, 2_174_103_013, 3_814_759_091]);
  });

  it('opens forks that depend on seed and name alone', () => {
    const used = createRandom(5);
    used.bytes(1000);
    expect(used.fork('dns').uint32()).toBe(createRandom(5).fork('dns').uint32());
    expect(used.fork('dns').uint32()).not.toBe(used.fork('http').uint32());
    expect(createRandom(6).fork('dns').uint32()).not.toBe(createRandom(5).fork('dns').uint32());
  });

  it('reaches both ends of a range and nothing outside it', () => {
    const random = createRandom(3);
    const seen = new Set(Array.from({ length: 500 }, () => random.integer(2, 5)));
    expect([...seen].sort()).toEqual([2, 3, 4, 5]);
  });
});
