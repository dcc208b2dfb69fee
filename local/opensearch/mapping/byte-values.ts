// local/opensearch/mapping: the usual shapes of dates and addresses, read from their bytes; what is of another shape is left to the readers of texts.

const ZERO = 48;
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const NOT_DIGITS = -1;

/** A moment that `readMoment` found: whole seconds since 1970 and the nanoseconds beyond them. */
export const moment = { seconds: 0, nanos: 0 };

/** Reads 2026-11-29T11:40:00Z, with up to nine digits behind the second, into `moment`. */
export function readMoment(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 20 || length > 30 || length === 21) return false;
  if (bytes[end - 1] !== 90 || bytes[start + 4] !== 45 || bytes[start + 7] !== 45) return false;
  if (bytes[start + 10] !== 84 || bytes[start + 13] !== 58 || bytes[start + 16] !== 58) return false;
  const century = twoDigits(bytes, start);
  const ofCentury = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const second = twoDigits(bytes, start + 17);
  if (century < 0 || ofCentury < 0 || month < 1 || month > 12 || day < 1) return false;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
  const year = century * 100 + ofCentury;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const before = DAYS_BEFORE[month - 1] ?? 0;
  const lastDay = month === 2 ? (isLeap ? 29 : 28) : (DAYS_BEFORE[month] ?? 365) - before;
  if (day > lastDay) return false;
  let nanos = 0;
  if (length > 20) {
    if (bytes[start + 19] !== 46) return false;
    for (let at = start + 20; at < end - 1; at += 1) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) return false;
      nanos = nanos * 10 + digit;
    }
    for (let digits = length - 21; digits < 9; digits += 1) nanos *= 10;
  }
  // years before 0 do not come: from 0000 on the leap days are counted
  const last = year - 1;
  const leapDays = year === 0 ? 0 : Math.floor(last / 4) - Math.floor(last / 100) + Math.floor(last / 400) + 1;
  const days = year * 365 + leapDays + before + (isLeap && month > 2 ? 1 : 0) + day - 1 - DAYS_TO_1970;
  moment.seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
  moment.nanos = nanos;
  return true;
}

/** From 0000-01-01. */
const DAYS_TO_1970 = 719_528;

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - ZERO;
  const ones = (bytes[at + 1] ?? 0) - ZERO;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? NOT_DIGITS : tens * 10 + ones;
}

/** The 32 bits of an IPv4 address in dots; -1 where it is none. */
export function readAddress(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 15) return -1;
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let at = start; at < end; at += 1) {
    const code = bytes[at] ?? 0;
    if (code === 46) {
      if (octet < 0) return -1;
      value = value * 256 + octet;
      octet = -1;
      dots += 1;
    } else {
      // 010 is eight to some and ten to others
      if (code < ZERO || code > 57 || octet === 0) return -1;
      octet = (octet < 0 ? 0 : octet * 10) + code - ZERO;
      if (octet > 255) return -1;
    }
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1;
}
