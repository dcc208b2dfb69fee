// query: offsets of time zones, by the platform's own zone data.

const formatters = new Map<string, Intl.DateTimeFormat>();
const FIXED = /^(?:UTC|GMT|Z)?(?:([+-])(\d{1,2})(?::?(\d{2}))?)?$/;

/** True for `Z`, `+02:00` and names such as Europe/Berlin. */
export function isTimeZone(zone: string): boolean {
  if (FIXED.test(zone)) return zone !== '';
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds to add to UTC to get the zone's wall clock at that moment. */
export function zoneOffsetMs(zone: string, utcMs: number): number {
  const fixed = FIXED.exec(zone);
  if (fixed !== null) {
    const [, sign, hours = '0', minutes = '0'] = fixed;
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  }
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(utcMs)
      .map((part) => [part.type, Number(part.value)]),
  );
  const read = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const local = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'));
  return local - Math.floor(utcMs / 1_000) * 1_000;
}

/** The offset that holds when the zone's wall clock shows `localMs`. */
export function zoneOffsetAtLocalMs(zone: string, localMs: number): number {
  const guess = zoneOffsetMs(zone, localMs);
  return zoneOffsetMs(zone, localMs - guess);
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(zone, made);
  return made;
}
