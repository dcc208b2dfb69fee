// web: numbers, sizes and times as people read them.

const COUNT = new Intl.NumberFormat('en-GB');
const COMPACT = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 });
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const NONE = '–';

/** @param {number | undefined} value */
export function count(value) {
  return value === undefined ? NONE : COUNT.format(value);
}

/** @param {number} value */
export function compact(value) {
  return value < 100_000 ? COUNT.format(value) : COMPACT.format(value);
}

/** @param {number | undefined} value */
export function bytes(value) {
  if (value === undefined) return NONE;
  let unit = 0;
  let size = value;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

/**
 * `2026-11-23 06:41:02.123` of an RFC 3339 time; `digits` of the second's fraction.
 * @param {unknown} value
 * @param {number} [digits]
 */
export function time(value, digits = 0) {
  if (typeof value !== 'string' || value.length < 19) return NONE;
  const fraction = /\.(\d+)/.exec(value)?.[1] ?? '';
  const shown = digits === 0 ? '' : `.${fraction.padEnd(digits, '0').slice(0, digits)}`;
  return `${value.slice(0, 10)} ${value.slice(11, 19)}${shown}`;
}

/** @param {number} seconds */
export function seconds(seconds) {
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return `${Math.round(seconds / 60)} min`;
}

/**
 * `10.0.0.5:443`, `[2001:db8::1]:443`, or a word for a side that stands for many.
 * @param {{ip?: unknown, port?: unknown} | undefined} side
 * @param {string} [absent]
 */
export function endpoint(side, absent = NONE) {
  if (side?.ip === undefined) return absent;
  const ip = String(side.ip);
  if (side.port === undefined) return ip;
  return ip.includes(':') ? `[${ip}]:${side.port}` : `${ip}:${side.port}`;
}

/** @param {unknown} score 0–1 */
export function percent(score) {
  return typeof score === 'number' ? `${(score * 100).toFixed(score > 0.995 && score < 1 ? 1 : 0)} %` : NONE;
}

/** @param {Record<string, number>} counts largest first */
export function countsText(counts) {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, value]) => `${name} ${count(value)}`)
    .join(', ');
}
