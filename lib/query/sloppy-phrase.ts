// query: whether words stand near enough to one another to be a phrase with slop, as Lucene decides it.
// https://lucene.apache.org/core/10_0_0/core/org/apache/lucene/search/PhraseQuery.html#getSlop()

/** Of a word of the phrase: where it stands in the text, and how far its search has come. */
interface Seat {
  /** The word's place in the phrase. */
  readonly offset: number;
  readonly places: readonly number[];
  at: number;
  /** Its present place in the text, less its place in the phrase: equal for all words where the phrase stands as written. */
  position: number;
  /** The other seats of the same word; empty for a word that stands once. */
  twins: Seat[];
}

/**
 * `places[i]` are the ascending places in the text of the phrase's word i. The words match where they can be moved into the
 * phrase's order by moves of `slop` in all; two equal words of the phrase never share one place. The way two equal words
 * give way to one another is Lucene's: where it misses a match that could be made, it is missed here too.
 */
export function hasPhraseWithin(
  words: readonly string[],
  places: readonly (readonly number[])[],
  slop: number,
): boolean {
  const seats: Seat[] = [];
  for (const [offset, list] of places.entries()) {
    const first = list[0];
    if (first === undefined) return false;
    seats.push({ offset, places: list, at: 0, position: first - offset, twins: [] });
  }
  const groups = groupTwins(seats, words);
  for (const group of groups) {
    for (const [number, seat] of group.entries()) {
      for (let count = 0; count < number; count += 1) if (!advance(seat)) return false;
    }
  }
  return hasMatch(seats, slop);
}

function groupTwins(seats: readonly Seat[], words: readonly string[]): Seat[][] {
  const groups = [...Map.groupBy(seats, (seat) => words[seat.offset] ?? '').values()].filter(
    (group) => group.length > 1,
  );
  for (const group of groups) for (const seat of group) seat.twins = group.filter((other) => other !== seat);
  return groups;
}

function advance(seat: Seat): boolean {
  seat.at += 1;
  const place = seat.places[seat.at];
  if (place === undefined) return false;
  seat.position = place - seat.offset;
  return true;
}

function hasMatch(seats: readonly Seat[], slop: number): boolean {
  const queue = [...seats].sort(byPosition);
  let end = Math.max(...seats.map((seat) => seat.position));
  const move = (seat: Seat): boolean => {
    if (!advance(seat)) return false;
    end = Math.max(end, seat.position);
    return true;
  };
  let first = queue.shift();
  if (first === undefined) return false;
  let length = end - first.position;
  let next = queue[0]?.position ?? Number.POSITIVE_INFINITY;
  while (move(first)) {
    if (first.twins.length > 0 && !giveWay(first, move, queue)) break;
    if (first.position > next) {
      insert(queue, first);
      if (length <= slop) return true;
      first = queue.shift() ?? first;
      next = queue[0]?.position ?? Number.POSITIVE_INFINITY;
      length = end - first.position;
    } else {
      length = Math.min(length, end - first.position);
    }
  }
  return length <= slop;
}

/** Of two equal words on one place the lesser moves on, until none share one. False: a word has no further place. */
function giveWay(moved: Seat, move: (seat: Seat) => boolean, queue: Seat[]): boolean {
  let seat = moved;
  const waiting = new Set<Seat>();
  for (let other = collision(seat); other !== undefined; other = collision(seat)) {
    seat = isLesser(seat, other) ? seat : other;
    if (!move(seat)) return false;
    if (seat !== moved) waiting.add(seat);
  }
  // Those that moved while they stood in the queue get their new place in it.
  for (const one of waiting) {
    queue.splice(queue.indexOf(one), 1);
    insert(queue, one);
  }
  return true;
}

function collision(seat: Seat): Seat | undefined {
  const place = seat.position + seat.offset;
  return seat.twins.find((other) => other.position + other.offset === place);
}

function isLesser(left: Seat, right: Seat): boolean {
  return byPosition(left, right) < 0;
}

function byPosition(left: Seat, right: Seat): number {
  return left.position - right.position || left.offset - right.offset;
}

function insert(queue: Seat[], seat: Seat): void {
  const at = queue.findIndex((other) => byPosition(seat, other) < 0);
  queue.splice(at < 0 ? queue.length : at, 0, seat);
}
