// Dates read by a list of formats: names of OpenSearch's and patterns in Java's letters.
import { expect, it } from 'vitest';
import { isKnownDateFormat, parseDate } from '../../../lib/query/date-formats.ts';

const at = (text: string) => Date.parse(text);

it('reads a date by a pattern of day, month and year', () => {
  expect(parseDate('01/11/2026', ['dd/MM/yyyy'])).toEqual({ ms: at('2026-11-01T00:00:00Z'), ns: 0 });
});

it('takes the first format that fits', () => {
  expect(parseDate('2026', ['dd/MM/yyyy', 'yyyy', 'epoch_millis'])?.ms).toBe(at('2026-01-01T00:00:00Z'));
});

it('rounds up what a pattern leaves out below the day', () => {
  const rounded = parseDate('2026-11-01 06', ['yyyy-MM-dd HH'], { roundUp: true });
  expect(rounded).toEqual({ ms: at('2026-11-01T06:59:59.999Z'), ns: 999_999 });
});

it('reads a pattern on the clock of a zone', () => {
  expect(parseDate('01/11/2026', ['dd/MM/yyyy'], { zone: '+05:30' })?.ms).toBe(at('2026-10-31T18:30:00Z'));
});

it('keeps nanoseconds in the optional time', () => {
  expect(parseDate('2026-11-01T00:00:00.123456789Z', ['strict_date_optional_time_nanos'])?.ns).toBe(456_789);
});

it('knows no format of letters that mean nothing', () => {
  expect(isKnownDateFormat('yyyy-QQ')).toBe(false);
  expect(parseDate('2026-01', ['yyyy-QQ'])).toBeUndefined();
});

it.each([
  ['2026-11-01T06:00:00Z', '2026-11-01T06:00:00Z'],
  ['2026-11-01T06:00:00ZZ', '2026-11-01T06:00:00Z'],
  ['2026-11-01T06:00:00+05:30', '2026-11-01T00:30:00Z'],
  ['+12026-11-01', '+012026-11-01T00:00:00Z'],
  ['-0001-01-01', '-000001-01-01T00:00:00Z'],
])('reads %s', (text, moment) => {
  expect(parseDate(text, ['strict_date_optional_time'])?.ms).toBe(at(moment));
});

it.each(['12026-11-01', '+2026-11-01', '2026Z', '2026-11-01T06:00:00ZZZ'])('does not read %s', (text) => {
  expect(parseDate(text, ['strict_date_optional_time'])).toBeUndefined();
});
