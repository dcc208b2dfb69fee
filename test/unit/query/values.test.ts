// Dates, date expressions, addresses and tokens as the search index reads them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDateMath } from '../../../lib/query/date-math.ts';
import { formatInstant, instantOfNanoseconds, nanosecondsOf, parseDateText } from '../../../lib/query/date-text.ts';
import { formatIp, parseIp, parseIpRange } from '../../../lib/query/ip-number.ts';
import { standardTokens } from '../../../lib/query/standard-tokens.ts';

const NOW = Date.UTC(2026, 10, 23, 12, 34, 56, 789);
const formats = ['strict_date_optional_time', 'epoch_millis'] as const;

function expression(text: string, roundUp: boolean, zone?: string): string | undefined {
  const instant = parseDateMath(text, { formats, nowMs: NOW, roundUp, zone });
  return instant === undefined ? undefined : formatInstant(instant, 9);
}

describe('dates', () => {
  it.each([
    ['2026-11-01T06:00:00.123456789Z', '2026-11-01T06:00:00.123456789Z'],
    ['2026-11-01T06:00+02:00', '2026-11-01T04:00:00.000000000Z'],
    ['2026-11', '2026-11-01T00:00:00.000000000Z'],
    ['1762000000123', '2025-11-01T12:26:40.123000000Z'],
    ['-1', '1969-12-31T23:59:59.999000000Z'],
  ])('reads %s', (text, expected) => {
    const instant = parseDateText(text, formats);
    expect(instant && formatInstant(instant, 9)).toBe(expected);
  });

  it.each(['2026-13-01', '2026-02-30', '2026-11-01T25:00', 'yesterday', '2026-11-01 06:00', ''])(
    'refuses %s',
    (text) => {
      expect(parseDateText(text, formats)).toBeUndefined();
    },
  );

  it.each([
    ['now', false, '2026-11-23T12:34:56.789000000Z'],
    ['now-1d/d', false, '2026-11-22T00:00:00.000000000Z'],
    ['now/d', true, '2026-11-23T23:59:59.999999999Z'],
    ['now/w', false, '2026-11-23T00:00:00.000000000Z'],
    ['2026-01-31||+1M', false, '2026-02-28T00:00:00.000000000Z'],
    ['2026-11-01T06:00', true, '2026-11-01T06:00:59.999999999Z'],
    ['2024', true, '2024-01-01T23:59:59.999999999Z'],
  ])('takes %s with roundUp %s as %s', (text, roundUp, expected) => {
    expect(expression(text, roundUp)).toBe(expected);
  });

  it('rounds on the wall clock of a time zone', () => {
    expect(expression('now/d', false, 'Europe/Berlin')).toBe('2026-11-22T23:00:00.000000000Z');
    expect(expression('2026-07-01', false, 'Europe/Berlin')).toBe('2026-06-30T22:00:00.000000000Z');
    expect(expression('now/d', false, '+05:30')).toBe('2026-11-22T18:30:00.000000000Z');
  });

  it.each(['now+', 'now-1x', 'now/', '2026-11-01||+'])('refuses the expression %s', (text) => {
    expect(expression(text, false)).toBeUndefined();
  });

  it('keeps every nanosecond both ways', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (nanoseconds) => {
        const instant = parseDateText(formatInstant(instantOfNanoseconds(nanoseconds), 9), formats);
        expect(instant && nanosecondsOf(instant)).toBe(nanoseconds);
      }),
    );
  });
});

describe('addresses', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::', '::'],
    ['fe80::', 'fe80::'],
  ])('reads %s and writes %s', (text, expected) => {
    const address = parseIp(text);
    expect(address === undefined ? undefined : formatIp(address)).toBe(expected);
  });

  it.each(['10.1.2', '10.1.2.256', '1::2::3', '12345::', '10.0.0.0/8', 'host', '', ':', '1:2:3:4:5:6:7:8:9'])(
    'refuses %s',
    (text) => {
      expect(parseIp(text)).toBeUndefined();
    },
  );

  it('writes any address so that it is read back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (address) => {
        expect(parseIp(formatIp(address))).toBe(address);
      }),
    );
  });

  it('turns blocks into their first and last address', () => {
    const block = parseIpRange('10.1.2.3/8');
    expect(block && [formatIp(block.first), formatIp(block.last)]).toEqual(['10.0.0.0', '10.255.255.255']);
    expect(parseIpRange('10.0.0.0/33')).toBeUndefined();
  });
});

describe('standardTokens', () => {
  it.each([
    ['GET /Index.html HTTP/1.1', ['get', 'index.html', 'http', '1.1']],
    ["it's 3.14, 1,000; x.1 a_b __", ["it's", '3.14', '1,000', 'x', '1', 'a_b']],
    ['Grüße café 你好 カタカナ', ['grüße', 'café', '你', '好', 'カタカナ']],
    ['!!! ---', []],
    ['ΣΊΣΥΦΟΣ İstanbul', ['σίσυφοσ', 'istanbul']],
    [
      'a\u{1f600}b \u{1f468}\u200d\u{1f469} \u{1f1e9}\u{1f1ea}',
      ['a', '\u{1f600}', 'b', '\u{1f468}\u200d\u{1f469}', '\u{1f1e9}\u{1f1ea}'],
    ],
    ['abcภาษาไทย 1 ©', ['abc', 'ภาษาไทย', '1', '©']],
  ])('cuts %s into %j', (text, tokens) => {
    expect(standardTokens(text)).toEqual(tokens);
  });

  it('cuts a word of more than 255 characters', () => {
    expect(standardTokens('a'.repeat(300)).map((token) => token.length)).toEqual([255, 45]);
  });

  it('never gives a token with white space, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const token of standardTokens(text)) expect(token).toMatch(/^[^\s]+$/);
      }),
    );
  });
});
