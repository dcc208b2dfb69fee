// differential: the answers to a group's cases side by side, and which of their differences nobody has accepted.
import { ACCEPTED_DIFFERENCES, type AcceptedDifference } from './accepted-differences.ts';
import type { DifferentialGroup, RecordedAnswer } from './differential-group.ts';

export interface Comparison {
  readonly compared: number;
  /** Title and difference, one text each. */
  readonly unexplained: readonly string[];
  /** Titles that an accepted difference covers, and whose answers are equal. */
  readonly equalThough: readonly string[];
  readonly accepted: ReadonlyMap<AcceptedDifference, number>;
}

/** `theirs` and `ours` by title; a case without an answer of theirs is a difference. */
export function compareAnswers(
  group: DifferentialGroup,
  theirs: ReadonlyMap<string, RecordedAnswer>,
  ours: ReadonlyMap<string, RecordedAnswer>,
): Comparison {
  const unexplained: string[] = [];
  const equalThough: string[] = [];
  const accepted = new Map<AcceptedDifference, number>();
  let compared = 0;
  for (const asked of group.cases) {
    const our = ours.get(asked.title);
    if (our === undefined) continue;
    compared += 1;
    const their = theirs.get(asked.title);
    const difference = their === undefined ? 'nothing of theirs' : group.difference(asked, their, our);
    const known = ACCEPTED_DIFFERENCES.find(({ covers }) => covers(asked.title));
    if (known === undefined) {
      if (difference !== undefined) unexplained.push(`${asked.title}\n  ${difference}`);
    } else if (difference === undefined) equalThough.push(asked.title);
    else accepted.set(known, (accepted.get(known) ?? 0) + 1);
  }
  return { compared, unexplained, equalThough, accepted };
}

export function byTitle(
  cases: readonly { readonly title: string }[],
  answers: readonly RecordedAnswer[],
): ReadonlyMap<string, RecordedAnswer> {
  return new Map(cases.map(({ title }, at) => [title, answers[at] ?? {}]));
}
