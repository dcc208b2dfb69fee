// query: the field somebody probably meant.

const MAX_DISTANCE = 3;

/** The known name nearest to the written one, undefined if none is near. */
export function suggestFieldName(written: string, known: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase();
  let best: string | undefined;
  let bestScore = MAX_DISTANCE + 1;
  for (const name of known) {
    const lower = name.toLowerCase();
    const score = lower.endsWith(`.${wanted}`) || isSameWords(lower, wanted) ? 1 : distance(wanted, lower, bestScore);
    if (score < bestScore) {
      best = name;
      bestScore = score;
    }
  }
  return best;
}

/** `source_ip`, `sourceIp` and `ip.source` name source.ip. */
function isSameWords(left: string, right: string): boolean {
  const words = (text: string): string =>
    text
      .split(/[^a-z0-9]+/)
      .sort()
      .join('.');
  return words(left) === words(right) || left.replaceAll(/[^a-z0-9]/g, '') === right.replaceAll(/[^a-z0-9]/g, '');
}

/** Levenshtein distance, given up at `limit`. */
function distance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const replace = (previous[column - 1] ?? 0) + (left.charAt(row - 1) === right.charAt(column - 1) ? 0 : 1);
      current.push(Math.min(replace, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? limit;
}
