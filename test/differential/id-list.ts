// differential: ids of hits as short text: `f3 f7-12` for f3 and f7, f8 … f12.

const NUMBERED = /^([a-z]+)(\d+)$/;

export function idList(ids: readonly string[]): string {
  const runs: { prefix: string; first: number; last: number; shown: string }[] = [];
  for (const id of ids) {
    const [, prefix = id, digits] = NUMBERED.exec(id) ?? [];
    const number = digits === undefined ? Number.NaN : Number(digits);
    const run = runs.at(-1);
    if (run !== undefined && run.prefix === prefix && run.last + 1 === number) {
      run.last = number;
      run.shown = `${prefix}${run.first}-${number}`;
    } else runs.push({ prefix, first: number, last: number, shown: id });
  }
  return runs.map(({ shown }) => shown).join(' ');
}

/** By letters, then by number: the order of writing. */
export function inIdOrder(ids: readonly string[]): readonly string[] {
  const key = (id: string) => {
    const [, prefix = id, digits = '0'] = NUMBERED.exec(id) ?? [];
    return [prefix, Number(digits)] as const;
  };
  return [...ids].sort((left, right) => {
    const [a, m] = key(left);
    const [b, n] = key(right);
    return a === b ? m - n : a < b ? -1 : 1;
  });
}
