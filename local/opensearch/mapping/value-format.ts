// local/opensearch/mapping: how the values of a field are shown in aggregations, and what a text in a request means among them.
import { parseDateMath } from '../../../lib/query/date-math.ts';
import { type DatePattern, datePattern } from '../../../lib/query/date-pattern.ts';
import { formatIp, parseIp } from '../../../lib/query/ip-number.ts';
import { shardError } from '../request/body-parameters.ts';
import { decimalPattern } from './decimal-pattern.ts';
import type { Field } from './field.ts';

/** Families as aggregations see them: nanoseconds are cut to milliseconds, as OpenSearch does. */
export type ValueFamily = 'keyword' | 'ip' | 'integer' | 'real' | 'boolean' | 'date';

export interface ValueFormat {
  readonly family: ValueFamily;
  readonly zone: string | undefined;
  /** Text of a number; undefined where the number alone is shown. */
  readonly text: ((value: number) => string) | undefined;
  /** Of dates: the moment of a text, by the format that values are written in. */
  readonly dates: DatePattern | undefined;
}

const DEFAULT_DATES = 'strict_date_optional_time||epoch_millis';

/** The format of a field's values, or of an unmapped one's, under the request's own `format` and `time_zone`. */
export function valueFormat(
  family: ValueFamily,
  field: Field | undefined,
  format: string | undefined,
  zone: string | undefined,
): ValueFormat {
  switch (family) {
    case 'keyword':
    case 'ip':
    case 'boolean': {
      if (format !== undefined && field !== undefined)
        throw shardError(`Field [${field.name}] of type [${field.type}] does not support custom formats`);
      if (zone !== undefined && field !== undefined)
        throw shardError(`Field [${field.name}] of type [${field.type}] does not support custom time zones`);
      const text = family === 'boolean' ? (value: number): string => String(value !== 0) : undefined;
      return { family, zone: undefined, text, dates: undefined };
    }
    case 'date': {
      const written = format ?? field?.formats.join('||') ?? DEFAULT_DATES;
      const dates = datePattern(written);
      if (dates === undefined)
        throw shardError(`Invalid format: [${written}]: the embedded search engine does not know it`);
      return { family, zone, dates, text: (value) => dates.format(Number.isNaN(value) ? 0 : value, zone) };
    }
    case 'integer':
    case 'real': {
      const text = format === undefined ? undefined : decimalPattern(format);
      if (format !== undefined && text === undefined)
        throw shardError(`Invalid format: [${format}]: the embedded search engine does not know it`);
      return { family, zone, text, dates: undefined };
    }
  }
}

/** A number that a request gives as a number or text: a date's milliseconds, a boolean's 0 or 1. */
export function numberIn(format: ValueFormat, value: unknown, nowMs: number): number {
  if (typeof value === 'number') return value;
  switch (format.family) {
    case 'boolean':
      if (value === true || value === 'true') return 1;
      if (value === false || value === 'false') return 0;
      throw shardError(`Cannot parse boolean [${String(value)}], expected either [true] or [false]`);
    case 'date':
      return momentIn(format, String(value), nowMs);
    default: {
      const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
      if (Number.isFinite(number)) return number;
      throw shardError(`For input string: "${String(value)}"`, 'number_format_exception');
    }
  }
}

/** The moment of a text such as 2026-11-01 or now-1d/d. */
export function momentIn(format: ValueFormat, text: string, nowMs: number): number {
  const { dates, zone } = format;
  const anchorEnd = text.startsWith('now') ? 3 : text.includes('||') ? text.indexOf('||') : text.length;
  const anchor = text.slice(0, anchorEnd);
  const ms = anchor === 'now' && text.startsWith('now') ? nowMs : dates?.parse(anchor, zone);
  const steps = text.slice(anchorEnd).replace(/^\|\|/, '');
  const moment =
    ms === undefined || steps === ''
      ? ms
      : parseDateMath(`${new Date(ms).toISOString()}||${steps}`, {
          formats: ['strict_date_optional_time'],
          nowMs,
          roundUp: false,
          zone,
        })?.ms;
  if (moment !== undefined) return moment;
  throw shardError(`failed to parse date field [${text}] with the field's format`, 'parse_exception');
}

/** An address as the number it is kept as. */
export function addressIn(value: unknown): bigint {
  const address = parseIp(String(value));
  if (address === undefined) throw shardError(`'${String(value)}' is not an IP string literal.`);
  return address;
}

/** A key as a bucket shows it: `key` and, for what is no plain text or number, `key_as_string`. */
export function keyBody(format: ValueFormat, key: unknown): Readonly<Record<string, unknown>> {
  if (format.family === 'keyword') return { key };
  if (format.family === 'ip') return { key: typeof key === 'bigint' ? formatIp(key) : key };
  const text = format.text?.(Number(key));
  const shown = format.family === 'boolean' ? Number(key) : key;
  return text === undefined ? { key: shown } : { key: shown, key_as_string: text };
}
