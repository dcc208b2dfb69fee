// api: a person's file name as part of a bucket key.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keySafeName, printableName } from '../../../functions/api/upload-name.ts';

describe('the name in the key', () => {
  it.each([
    ['monday.pcap', 'monday.pcap'],
    ['C:\\captures\\Montag früh.pcapng', 'Montag-fruh.pcapng'],
    ['../../etc/passwd', 'passwd'],
    ['..', 'capture'],
    ['日本', 'capture'],
    ['.hidden', 'hidden'],
    ['a..b.pcap', 'a.b.pcap'],
    ['dir/', 'dir'],
  ])('%j becomes %j', (given, expected) => {
    expect(keySafeName(given)).toBe(expected);
  });

  it('keeps the extension of an endless name', () => {
    const name = keySafeName(`${'x'.repeat(400)}.pcap.gz`);
    expect(name).toHaveLength(128);
    expect(name.endsWith('.gz')).toBe(true);
  });

  it('is never empty, never a path, and safe again as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (given) => {
        const name = keySafeName(given);
        expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/);
        expect(name).not.toContain('..');
        expect(keySafeName(name)).toBe(name);
      }),
    );
  });
});

describe('the name for people', () => {
  it('is one line without controls and direction marks', () => {
    expect(printableName('a\r\nb\u202Ecod.exe')).toBe('a b cod.exe');
    expect(printableName('\n')).toBe('capture');
  });
});
