// query: dates as OpenSearch's strict_date_optional_time, epoch_millis and epoch_second write them, to nanoseconds.

/** A moment: whole milliseconds since 1970 and the nanoseconds (0..999,999) beyond them. */
export interface Instant {
  readonly ms: number;
  readonly ns: number;
}

const DATE_FORMATS = ['strict_date_optional_time', 'epoch_millis', 'epoch_second'] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

export function isDateFormat(name: string): name is DateFormat {
  return DATE_FORMATS.some((known) => known === name);
}

/** A year of more digits than four needs its sign; the Z may stand twice, as OpenSearch's two zones, each optional, have it. */
const CALENDAR =
  /^(\d{4}|\+\d{5,9}|-\d{4,9})(?:-(\d{2})(?:-(\d{2}))?)?(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?)?(Z(?=Z?$)|[+-]\d{2}(?::?\d{2})?$)?Z?$/;
const EPOCH = /^-?\d{1,19}(?:\.\d{1,9})?$/;

/**
 * The moment a text means, undefined if it is none. What the text leaves out is filled with the smallest value,
 * or with the end of the named day, hour, minute or second when `roundUp` (a missing month or day is the first all the
 * same: that is how OpenSearch reads the upper bound 2026).
 */
export function parseDateText(
  text: string,
  formats: readonly DateFormat[],
  options: { readonly roundUp?: boolean; readonly zone?: (localMs: number) => number } = {},
): Instant | undefined {
  for (const format of formats) {
    const found =
      format === 'strict_date_optional_time'
        ? parseCalendar(text, options.roundUp ?? false, options.zone)
        : parseEpoch(text, format === 'epoch_millis' ? 1 : 1_000, options.roundUp ?? false);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function nanosecondsOf(instant: Instant): bigint {
  return BigInt(instant.ms) * 1_000_000n + BigInt(instant.ns);
}

export function instantOfNanoseconds(value: bigint): Instant {
  const ms = value / 1_000_000n;
  const rest = value % 1_000_000n;
  return rest < 0n ? { ms: Number(ms) - 1, ns: Number(rest) + 1_000_000 } : { ms: Number(ms), ns: Number(rest) };
}

/** RFC 3339 in UTC with three or nine digits. */
export function formatInstant(instant: Instant, digits: 3 | 9): string {
  const text = new Date(instant.ms).toISOString();
  return digits === 3 ? text : `${text.slice(0, -1)}${String(instant.ns).padStart(6, '0')}Z`;
}

/** The end of a negative millisecond lies before it: so does OpenSearch round, away from zero. */
function parseEpoch(text: string, msPerUnit: number, roundUp: boolean): Instant | undefined {
  if (!EPOCH.test(text)) return undefined;
  const [whole = '0', fraction = ''] = text.split('.');
  const digits = msPerUnit === 1 ? 6 : 9;
  const rest = Number(fraction.padEnd(digits, '0').slice(0, digits));
  const sign = text.startsWith('-') ? -1 : 1;
  const isRounded = roundUp && sign < 0 && msPerUnit === 1 && fraction === '';
  const ms = Number(whole) * msPerUnit + sign * Math.trunc(rest / 1_000_000) - (isRounded ? 1 : 0);
  return Number.isSafeInteger(ms) && Math.abs(ms) <= 8.64e15 ? { ms, ns: rest % 1_000_000 } : undefined;
}

function parseCalendar(
  text: string,
  roundUp: boolean,
  zone: ((localMs: number) => number) | undefined,
): Instant | undefined {
  const found = CALENDAR.exec(text);
  if (found === null) return undefined;
  const [, yearText = '', month, day, hour, minute, second, fraction, offset] = found;
  if (offset !== undefined && hour === undefined) return undefined;
  const year = Number(yearText);
  const monthNumber = month === undefined ? 1 : Number(month);
  if (monthNumber < 1 || monthNumber > 12) return undefined;
  const lastDay = new Date(Date.UTC(2_000 + (year % 400), monthNumber, 0)).getUTCDate();
  const dayNumber = day === undefined ? 1 : Number(day);
  if (dayNumber < 1 || dayNumber > lastDay) return undefined;
  const hourNumber = part(hour, roundUp ? 23 : 0);
  const minuteNumber = part(minute, roundUp ? 59 : 0);
  const secondNumber = part(second, roundUp ? 59 : 0);
  if (hourNumber > 23 || minuteNumber > 59 || secondNumber > 59) return undefined;
  const nanos = fraction === undefined ? (roundUp ? 999_999_999 : 0) : Number(fraction.padEnd(9, '0'));
  const date = new Date(0);
  date.setUTCFullYear(year, monthNumber - 1, dayNumber);
  date.setUTCHours(hourNumber, minuteNumber, secondNumber, Math.trunc(nanos / 1_000_000));
  const localMs = date.getTime();
  if (Number.isNaN(localMs)) return undefined;
  const shift = offset === undefined ? (zone?.(localMs) ?? 0) : offsetMs(offset);
  return { ms: localMs - shift, ns: nanos % 1_000_000 };
}

function part(text: string | undefined, missing: number): number {
  return text === undefined ? missing : Number(text);
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const sign = offset.startsWith('-') ? -1 : 1;
  const digits = offset.slice(1).replace(':', '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4) || '0')) * 60_000;
}
