// detection: numbers as a person reads them.

// Formatters are kept: making one for each number was 2.5 s of the 6.5 s of a chunk with 11,458 detections.
const FORMATS = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat('en-US', { maximumFractionDigits: digits }));

/** 0.0123 → "0.012", 1234567 → "1,234,567". */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size < 1000 && Number.isInteger(value)) return String(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return FORMATS[digits]?.format(Number(value.toFixed(digits))) ?? String(value);
}

/** 0.97 → "97 %", 0.0123 → "1.2 %". */
export function percent(share: number): string {
  return `${formatNumber(Number((share * 100).toFixed(share < 0.1 ? 1 : 0)))} %`;
}

/** "all", "none", or the percentage: what a sentence about the members of a group begins with. */
export function portion(share: number): string {
  return share === 1 ? 'all' : share === 0 ? 'none' : percent(share);
}

/** 3.1 → "3.1 s", 0.0377 → "38 ms". */
export function seconds(value: number): string {
  if (value >= 1 || value <= 0) return `${formatNumber(value)} s`;
  return value < 0.001 ? 'less than 1 ms' : `${formatNumber(Number((value * 1000).toPrecision(2)))} ms`;
}

/** "in 3.1 s", or "at once". */
export function within(value: number): string {
  return value < 0.001 ? 'at once' : `in ${seconds(value)}`;
}

export function count(value: number, one: string, many: string): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}
