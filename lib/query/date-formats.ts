// query: dates as a list of formats reads them: the first that fits does.
import { datePattern } from './date-pattern.ts';
import { type DateFormat, type Instant, isDateFormat, parseDateText } from './date-text.ts';
import { zoneOffsetAtLocalMs } from './time-zone.ts';

export interface DateReading {
  /** What the text leaves out is the end of what it names. */
  readonly roundUp?: boolean;
  /** Of texts that name none, numbers too: what they count is that zone's clock to OpenSearch. UTC where there is none. */
  readonly zone?: string | undefined;
}

/** Every format must be known (`isKnownDateFormat`). */
export function parseDate(text: string, formats: readonly string[], reading: DateReading = {}): Instant | undefined {
  const { roundUp = false, zone } = reading;
  const zoned = zone === undefined ? {} : { zone: (localMs: number) => zoneOffsetAtLocalMs(zone, localMs) };
  for (const name of formats) {
    const format = dateFormat(name);
    if (format !== undefined) {
      const found = parseDateText(text, [format], { roundUp, ...zoned });
      if (found === undefined) continue;
      const shift = format === 'strict_date_optional_time' ? 0 : (zoned.zone?.(found.ms) ?? 0);
      return { ms: found.ms - shift, ns: found.ns };
    }
    const ms = datePattern(name)?.parse(text, zone, roundUp);
    if (ms !== undefined) return { ms, ns: roundUp && ms % 1_000 === 999 ? 999_999 : 0 };
  }
  return undefined;
}

export function isKnownDateFormat(name: string): boolean {
  return dateFormat(name) !== undefined || datePattern(name) !== undefined;
}

/** Whether the format reads 2026-11-29T11:40:00.000Z as RFC 3339 means it. */
export function isCalendarFormat(name: string): boolean {
  return dateFormat(name) === 'strict_date_optional_time';
}

/** Those that know nanoseconds have readers of their own, whatever they are called. */
function dateFormat(name: string): DateFormat | undefined {
  const plain = name.replace(/^(strict_)?date_optional_time(_nanos)?$/, 'strict_date_optional_time');
  return isDateFormat(plain) ? plain : undefined;
}
