// local/opensearch/request: names with `*` in them.

/** A test for names that match a pattern in which `*` stands for anything; its time is the lengths' product at most. */
export function namePattern(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name === pattern;
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    // each piece at its first place after the one before: a later place leaves less for the rest
    let from = first.length;
    for (const piece of rest) {
      const at = name.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return from <= name.length - last.length;
  };
}

/** Whether any name matches both patterns. */
export function patternsMeet(left: string, right: string): boolean {
  // row by row: which beginnings of `right` some name shares with the beginning of `left`
  let row = Array.from({ length: right.length + 1 }, (_, at) => /^\**$/.test(right.slice(0, at)));
  for (const character of left) {
    const next = [(row[0] ?? false) && character === '*'];
    for (let at = 1; at <= right.length; at += 1) {
      const other = right[at - 1];
      const isAny = character === '*' || other === '*';
      const isNext = (row[at - 1] ?? false) && (isAny || character === other);
      next.push(isNext || (isAny && ((row[at] ?? false) || (next[at - 1] ?? false))));
    }
    row = next;
  }
  return row[right.length] ?? false;
}
