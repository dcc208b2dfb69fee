// query: dates written and read by a `format`: OpenSearch's names for formats, and patterns in the letters of Java's DateTimeFormatter.
// https://docs.opensearch.org/latest/field-types/supported-field-types/date/#built-in-formats
import { type CivilTime, civilTime, daysOf } from './civil-time.ts';
import { parseDateText } from './date-text.ts';
import { zoneOffsetAtLocalMs, zoneOffsetMs } from './time-zone.ts';

export interface DatePattern {
  /** Text of a moment on the zone's wall clock; UTC where there is none. */
  format(ms: number, zone: string | undefined): string;
  /** The moment a text means; undefined if it is none. What it leaves out is the smallest, or of the hour and below the largest. */
  parse(text: string, zone: string | undefined, roundUp?: boolean): number | undefined;
}

interface Piece {
  readonly letter: string;
  readonly count: number;
  /** Of a literal. */
  readonly text: string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LONG_MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  ...['November', 'December'],
];
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const CLOCK = "yyyy-MM-dd'T'HH:mm:ss";
const NAMED: ReadonlyMap<string, string> = new Map([
  ['basic_date', 'yyyyMMdd'],
  ['basic_date_time', "yyyyMMdd'T'HHmmss.SSSX"],
  ['basic_date_time_no_millis', "yyyyMMdd'T'HHmmssX"],
  ['date', 'yyyy-MM-dd'],
  ['date_hour', "yyyy-MM-dd'T'HH"],
  ['date_hour_minute', "yyyy-MM-dd'T'HH:mm"],
  ['date_hour_minute_second', CLOCK],
  ['date_hour_minute_second_millis', `${CLOCK}.SSS`],
  ['date_hour_minute_second_fraction', `${CLOCK}.SSS`],
  ['date_time', `${CLOCK}.SSSXXX`],
  ['date_time_no_millis', `${CLOCK}XXX`],
  ['hour', 'HH'],
  ['hour_minute', 'HH:mm'],
  ['hour_minute_second', 'HH:mm:ss'],
  ['hour_minute_second_millis', 'HH:mm:ss.SSS'],
  ['ordinal_date', 'yyyy-DDD'],
  ['year', 'yyyy'],
  ['year_month', 'yyyy-MM'],
  ['year_month_day', 'yyyy-MM-dd'],
]);
const LETTERS = 'yuMdDHhmsSEaXxZ';

/** The printer and reader of a format; several joined by `||` print as the first. Undefined where a part is not known. */
export function datePattern(text: string): DatePattern | undefined {
  const parts = text.split('||').map(onePattern);
  const known = parts.filter((part) => part !== undefined);
  const [first] = known;
  if (first === undefined || known.length !== parts.length) return undefined;
  return {
    format: first.format,
    parse: (value, zone, roundUp) => {
      for (const part of known) {
        const ms = part.parse(value, zone, roundUp);
        if (ms !== undefined) return ms;
      }
      return undefined;
    },
  };
}

function onePattern(text: string): DatePattern | undefined {
  const name = text.replace(/^strict_/, '');
  if (name === 'epoch_millis') return epoch(1);
  if (name === 'epoch_second') return epoch(1_000);
  if (name === 'date_optional_time' || name === 'iso8601' || name === 'date_optional_time_nanos') return ISO;
  const pieces = piecesOf(NAMED.get(name) ?? text);
  return pieces === undefined ? undefined : fromPieces(pieces);
}

function epoch(msPerUnit: number): DatePattern {
  return {
    format: (ms) => {
      const whole = Math.floor(ms / msPerUnit);
      const rest = Math.floor(ms) - whole * msPerUnit;
      return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(3, '0')}`;
    },
    parse: (text, _zone, roundUp = false) =>
      parseDateText(text, [msPerUnit === 1 ? 'epoch_millis' : 'epoch_second'], { roundUp })?.ms,
  };
}

const ISO: DatePattern = {
  format: (ms, zone) => print(piecesOf(`${CLOCK}.SSSXXX`) ?? [], ms, zone),
  parse: (text, zone, roundUp = false) =>
    parseDateText(text, ['strict_date_optional_time'], {
      roundUp,
      ...(zone === undefined ? {} : { zone: (localMs) => zoneOffsetAtLocalMs(zone, localMs) }),
    })?.ms,
};

function piecesOf(pattern: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < pattern.length) {
    const letter = pattern.charAt(at);
    if (letter === "'") {
      const end = pattern.indexOf("'", at + 1);
      if (end < 0) return undefined;
      pieces.push({ letter: '', count: 0, text: end === at + 1 ? "'" : pattern.slice(at + 1, end) });
      at = end + 1;
    } else if (/[A-Za-z]/.test(letter)) {
      let count = 1;
      while (pattern.charAt(at + count) === letter) count += 1;
      if (!LETTERS.includes(letter) || count > 9) return undefined;
      pieces.push({ letter, count, text: '' });
      at += count;
    } else {
      if ('[]{}#'.includes(letter)) return undefined;
      pieces.push({ letter: '', count: 0, text: letter });
      at += 1;
    }
  }
  return pieces;
}

function fromPieces(pieces: readonly Piece[]): DatePattern {
  const reader = new RegExp(`^${pieces.map(readerOf).join('')}$`);
  return {
    format: (ms, zone) => print(pieces, ms, zone),
    parse: (text, zone, roundUp = false) => read(pieces, reader, text, { zone, roundUp }),
  };
}

function print(pieces: readonly Piece[], ms: number, zone: string | undefined): string {
  const whole = Math.floor(ms);
  const offset = zone === undefined || Math.abs(whole) > 8.64e15 ? 0 : zoneOffsetMs(zone, whole);
  const time = civilTime(whole + offset);
  return pieces.map((piece) => printPiece(piece, time, offset)).join('');
}

function printPiece({ letter, count, text }: Piece, time: CivilTime, offset: number): string {
  const pad = (value: number): string => String(value).padStart(count, '0');
  switch (letter) {
    case '':
      return text;
    case 'y':
    case 'u':
      return yearText(time.year, count);
    case 'M':
      return count < 3 ? pad(time.month) : ((count === 3 ? MONTHS : LONG_MONTHS)[time.month - 1] ?? '');
    case 'd':
      return pad(time.day);
    case 'D':
      return pad(time.dayOfYear);
    case 'H':
      return pad(time.hour);
    case 'h':
      return pad(time.hour % 12 === 0 ? 12 : time.hour % 12);
    case 'm':
      return pad(time.minute);
    case 's':
      return pad(time.second);
    case 'S':
      return String(time.ms).padStart(3, '0').padEnd(9, '0').slice(0, count);
    case 'E':
      return WEEKDAYS[time.weekday - 1] ?? '';
    case 'a':
      return time.hour < 12 ? 'AM' : 'PM';
    default:
      return letter === 'X' && offset === 0
        ? 'Z'
        : offsetText(offset, count > 2 && letter !== 'Z', count === 1 && letter !== 'Z');
  }
}

function yearText(year: number, count: number): string {
  if (count === 2) return String(((year % 100) + 100) % 100).padStart(2, '0');
  const digits = String(Math.abs(year)).padStart(count, '0');
  return year < 0 ? `-${digits}` : count >= 4 && year > 9_999 ? `+${digits}` : digits;
}

function offsetText(offset: number, withColon: boolean, isShort: boolean): string {
  const minutes = Math.abs(offset) / 60_000;
  const two = (value: number): string => String(Math.trunc(value)).padStart(2, '0');
  const sign = offset < 0 ? '-' : '+';
  if (isShort && minutes % 60 === 0) return `${sign}${two(minutes / 60)}`;
  return `${sign}${two(minutes / 60)}${withColon ? ':' : ''}${two(minutes % 60)}`;
}

function readerOf({ letter, count, text }: Piece): string {
  switch (letter) {
    case '':
      return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    case 'y':
    case 'u':
      return count === 2 ? '(\\d{2})' : '([+-]?\\d{4,9})';
    case 'M':
      return count < 3 ? `(\\d{${count === 1 ? '1,2' : '2'}})` : `(${(count === 3 ? MONTHS : LONG_MONTHS).join('|')})`;
    case 'S':
      return `(\\d{${count}})`;
    case 'D':
      return `(\\d{${count},3})`;
    case 'E':
      return `(${WEEKDAYS.join('|')})`;
    case 'a':
      return '(AM|PM)';
    case 'X':
    case 'x':
    case 'Z':
      return '(Z|[+-]\\d{2}(?::?\\d{2})?)';
    default:
      return `(\\d{${count === 1 ? '1,2' : '2'}})`;
  }
}

function read(
  pieces: readonly Piece[],
  reader: RegExp,
  text: string,
  { zone, roundUp }: { readonly zone: string | undefined; readonly roundUp: boolean },
): number | undefined {
  const found = reader.exec(text);
  if (found === null) return undefined;
  const values = new Map<string, string>();
  let group = 1;
  for (const { letter, count } of pieces) {
    if (letter === '') continue;
    const value = found[group] ?? '';
    values.set(
      letter === 'u' ? 'y' : 'XxZ'.includes(letter) ? 'offset' : letter,
      letter === 'y' && count === 2 ? `20${value}` : value,
    );
    group += 1;
  }
  const number = (letter: string, missing: number): number => Number(values.get(letter) ?? missing);
  const monthText = values.get('M') ?? '1';
  const month = /^\d/.test(monthText) ? Number(monthText) : 1 + ([...MONTHS, ...LONG_MONTHS].indexOf(monthText) % 12);
  const year = number('y', 1_970);
  const day = number('d', 1);
  const hour = values.has('h')
    ? (number('h', 12) % 12) + (values.get('a') === 'PM' ? 12 : 0)
    : number('H', roundUp ? 23 : 0);
  const minute = number('m', roundUp ? 59 : 0);
  const second = number('s', roundUp ? 59 : 0);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const days = daysOf(year, month, day) + (values.has('D') ? number('D', 1) - 1 : 0);
  const fraction = Math.trunc(Number((values.get('S') ?? (roundUp ? '999' : '0')).padEnd(3, '0').slice(0, 3)));
  const local = days * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1_000 + fraction;
  const offset = values.get('offset');
  // midnight there is so much earlier than here
  if (offset !== undefined)
    return local + (parseDateText(`1970-01-01T00:00:00${offset}`, ['strict_date_optional_time'])?.ms ?? 0);
  return zone === undefined ? local : local - zoneOffsetAtLocalMs(zone, local);
}

function daysIn(year: number, month: number): number {
  return month === 12 ? 31 : daysOf(year, month + 1, 1) - daysOf(year, month, 1);
}
