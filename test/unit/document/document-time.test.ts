// document: times as the index stores them.
import { describe, expect, it } from 'vitest';
import {
  durationNanoseconds,
  formatTime,
  fromNanoseconds,
  toNanoseconds,
} from '../../../lib/document/document-time.ts';

describe('document times', () => {
  it('have nine digits and a Z', () => {
    expect(formatTime({ seconds: 1_700_000_000, nanoseconds: 42 })).toBe('2023-11-14T22:13:20.000000042Z');
    expect(formatTime({ seconds: 0, nanoseconds: 0 })).toBe('1970-01-01T00:00:00.000000000Z');
  });

  it('end where 64 bits of nanoseconds end', () => {
    expect(formatTime({ seconds: 9_223_372_035, nanoseconds: 999_999_999 })).toBe('2262-04-11T23:47:15.999999999Z');
    expect(formatTime({ seconds: 9_223_372_036, nanoseconds: 0 })).toBeUndefined();
    expect(formatTime({ seconds: -1, nanoseconds: 0 })).toBeUndefined();
    expect(formatTime({ seconds: 1e300, nanoseconds: 0 })).toBeUndefined();
    expect(formatTime({ seconds: Number.NaN, nanoseconds: 0 })).toBeUndefined();
  });

  it('last whole nanoseconds, and never less than none', () => {
    expect(durationNanoseconds({ seconds: 1, nanoseconds: 5 }, { seconds: 2, nanoseconds: 4 })).toBe(999_999_999);
    expect(durationNanoseconds({ seconds: 2, nanoseconds: 0 }, { seconds: 1, nanoseconds: 0 })).toBe(0);
  });

  it.each([0n, 1n, -1n, 1_700_000_000_000_000_042n, -1_000_000_001n])(
    '%s nanoseconds survive the way there and back',
    (value) => {
      expect(toNanoseconds(fromNanoseconds(value))).toBe(value);
    },
  );
});
