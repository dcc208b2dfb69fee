// query: offsets of time zones, by the platform's own zone data.

const DAY_MS = 86_400_000;
/** No two changes of a zone lie closer together (Morocco's, around Ramadan, are a month apart). */
const SEARCH_STEP_MS = 7 * DAY_MS;
const FIRST_CHANGE_MS = Date.UTC(1850, 0, 1);
const LAST_CHANGE_MS = Date.UTC(2200, 0, 1);

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

/** True for UTC and offsets: their clocks are never changed. */
export function isFixedZone(zone: string): boolean {
  return FIXED.test(zone);
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

/**
 * The offset that holds when the zone's wall clock shows `localMs`: of the two that an hour has that the clock shows
 * twice, the earlier one's; for an hour that it leaves out, the one before, so that the moment lies as much later.
 */
export function zoneOffsetAtLocalMs(zone: string, localMs: number): number {
  const before = zoneOffsetMs(zone, localMs - DAY_MS);
  const after = zoneOffsetMs(zone, localMs + DAY_MS);
  if (before === after || zoneOffsetMs(zone, localMs - before) === before) return before;
  return zoneOffsetMs(zone, localMs - after) === after ? after : before;
}

/** A stretch of time in which a zone keeps one offset. */
export interface ZonePeriod {
  /** Where it begins; -Infinity for the first. */
  readonly fromMs: number;
  readonly offsetMs: number;
}

/** The periods of a zone that touch a stretch of time; changes before 1850 and after 2200 are not looked for. */
export function zonePeriods(zone: string, fromMs: number, toMs: number): readonly ZonePeriod[] {
  const from = Math.min(Math.max(fromMs - 2 * DAY_MS, FIRST_CHANGE_MS), LAST_CHANGE_MS);
  const to = Math.max(Math.min(toMs + 2 * DAY_MS, LAST_CHANGE_MS), from);
  let offset = zoneOffsetMs(zone, from);
  const periods: ZonePeriod[] = [{ fromMs: Number.NEGATIVE_INFINITY, offsetMs: offset }];
  for (let at = from; at < to; at += SEARCH_STEP_MS) {
    const next = zoneOffsetMs(zone, at + SEARCH_STEP_MS);
    if (next === offset) continue;
    periods.push({ fromMs: changeBetween(zone, at, at + SEARCH_STEP_MS, offset), offsetMs: next });
    offset = next;
  }
  return periods;
}

/** The first moment after `low` that has another offset. */
function changeBetween(zone: string, low: number, high: number, offset: number): number {
  let before = Math.floor(low / 1_000);
  let after = Math.ceil(high / 1_000);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zoneOffsetMs(zone, middle * 1_000) === offset) before = middle;
    else after = middle;
  }
  return after * 1_000;
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
