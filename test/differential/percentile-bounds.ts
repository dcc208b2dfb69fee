// differential: percentiles are estimates: beside each, ours is asked for its neighbours in rank, between which the other must lie.

type Json = Readonly<Record<string, unknown>>;

export const LOWER = '\u2193';
export const UPPER = '\u2191';
const DEFAULT_PERCENTS = [1, 5, 25, 50, 75, 95, 99];

/**
 * How far in rank, in percent of the values, a t-digest of compression 100 may be off. One of its centroids holds up to
 * q (1 - q) (4 ln(n / 100) + 24) / 100 of n values, 31 % of q (1 - q) at the 550 of the corpus. An answer lies on the line
 * between two neighbours' means: at most one and a half of them away. A value that many documents have is in both.
 */
function rankError(percent: number): number {
  const share = percent / 100;
  return 0.3 + 100 * 1.5 * 0.31 * share * (1 - share);
}

/** The trees with two more percentiles beside each: a little below and a little above. */
export function withBounds(aggs: Json): Json {
  const out: Record<string, unknown> = {};
  for (const [name, node] of Object.entries(aggs)) {
    if (!isObject(node)) {
      out[name] = node;
      continue;
    }
    const nested = node['aggs'] ?? node['aggregations'];
    const { aggregations: _, ...rest } = node;
    out[name] = isObject(nested) ? { ...rest, aggs: withBounds(nested) } : node;
    const asked = node['percentiles'];
    if (!isObject(asked)) continue;
    const percents = percentsOf(asked);
    if (percents === undefined) continue;
    const shifted = (sign: number): Json => {
      const moved = percents.map((percent) => Math.min(100, Math.max(0, percent + sign * rankError(percent))));
      return { percentiles: { ...asked, percents: moved, keyed: false } };
    };
    out[`${name}${LOWER}`] = shifted(-1);
    out[`${name}${UPPER}`] = shifted(1);
  }
  return out;
}

/** Ascending and distinct, as answers show them; undefined where the request is wrong. */
function percentsOf(asked: Json): readonly number[] | undefined {
  const given = asked['percents'] ?? DEFAULT_PERCENTS;
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const percents = [...new Set(list.map(Number))].sort((left, right) => left - right);
  return percents.length > 0 && percents.every((percent) => percent >= 0 && percent <= 100) ? percents : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
