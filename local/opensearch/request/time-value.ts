// local/opensearch/request: a length of time as OpenSearch's requests and settings write it: 30s, 5m, 100micros.

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['nanos', 1e-6],
  ['micros', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Milliseconds; undefined where the text is no whole number with a unit. */
export function timeValueMs(text: string): number | undefined {
  const found = /^(\d{1,15})([a-z]+)$/.exec(text.trim());
  const unitMs = UNITS_MS.get(found?.[2] ?? '');
  return found === null || unitMs === undefined ? undefined : Number(found[1]) * unitMs;
}
