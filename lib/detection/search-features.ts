// detection: the search for the features that change a verdict, for many flows side by side, a round of questions at a time.

import type { AskModel, AskVariants, DetectedRow, Left } from './ask-variants.ts';

/** Features (or, where these do not do, families of features) that one detection is explained by. */
export const MAX_CHOSEN = 5;
/** A feature that takes half of the label's odds, alone, counts although the others would do. */
const HALF = Math.LN2;

/** Columns that are set to ordinary together. */
type Candidate = readonly number[];
/** Numbers of candidates. */
type Choice = readonly number[];

/** One detection on its way to an explanation. */
export interface Case {
  readonly detected: DetectedRow;
  readonly candidates: readonly Candidate[];
  /** Log-odds of the label in the flow as it is. */
  readonly odds: number;
  /** Log-odds that each candidate takes alone, and the candidates, what takes most first. */
  drops: readonly number[];
  order: Choice;
  /** What changes the verdict, or, until it does, what takes most. */
  chosen: Choice;
  isChanged: boolean;
}

interface Answer extends Left {
  readonly choice: Choice;
}

type Ask = (cases: readonly Case[], choices: (of: Case) => readonly Choice[]) => Promise<(readonly Answer[])[]>;

export function openCase(detected: DetectedRow, odds: number, candidates: readonly Candidate[]): Case {
  return { detected, candidates, odds, drops: [], order: [], chosen: [], isChanged: false };
}

/** The chosen candidates, what takes most first. */
export function chosenOf(of: Case): readonly Candidate[] {
  const order = [...of.chosen].sort((a, b) => dropOf(of, b) - dropOf(of, a) || a - b);
  return order.map((one) => of.candidates[one] ?? []);
}

/** The chosen candidates, and behind them what takes most of the others, as many as may be. */
export function chosenAndMore(of: Case): readonly Candidate[] {
  const more = of.order.filter((one) => !of.chosen.includes(one) && dropOf(of, one) > 0);
  return [...chosenOf(of), ...more.slice(0, MAX_CHOSEN - of.chosen.length).map((one) => of.candidates[one] ?? [])];
}

/** Fills the cases in: each with a choice of its own candidates, whatever the others are. */
export async function searchFeatures(cases: readonly Case[], askVariants: AskVariants, model: AskModel): Promise<void> {
  const ask: Ask = async (some, choicesOf) => {
    const choices = some.map(choicesOf);
    const left = await askVariants(
      some.flatMap(({ detected, candidates }, k) =>
        (choices[k] ?? []).map((choice) => ({ of: detected, without: choice.flatMap((one) => candidates[one] ?? []) })),
      ),
      model,
    );
    const answers = left.values();
    return choices.map((of) =>
      of.map((choice) => ({ choice, ...(answers.next().value ?? { odds: 0, isChanged: false }) })),
    );
  };
  await weigh(cases, ask);
  await chooseFirst(cases, ask);
  await chooseStepwise(
    cases.filter(({ isChanged }) => !isChanged),
    ask,
  );
  await prune(cases, ask);
}

/** What each candidate takes alone. */
async function weigh(cases: readonly Case[], ask: Ask): Promise<void> {
  const answers = await ask(cases, ({ candidates }) => [...candidates.keys()].map((one) => [one]));
  for (const [k, of] of cases.entries()) {
    const alone = answers[k] ?? [];
    of.drops = alone.map(({ odds }) => of.odds - odds);
    const changes = (one: number): number => (alone[one]?.isChanged === true ? 1 : 0);
    of.order = [...alone.keys()].sort((a, b) => changes(b) - changes(a) || dropOf(of, b) - dropOf(of, a) || a - b);
    const first = alone[of.order[0] ?? -1];
    if (first !== undefined && (first.isChanged || first.odds < of.odds)) of.chosen = first.choice;
    of.isChanged = first?.isChanged === true;
  }
}

/**
 * As many of those that take most as change the verdict together; and, while it stays changed, what counts by itself: of a
 * detector's conditions each does, and the whole is what a person understands.
 */
async function chooseFirst(cases: readonly Case[], ask: Ask): Promise<void> {
  const answers = await ask(cases, (of) => {
    const useful = of.isChanged ? of.order.filter((one, k) => k === 0 || dropOf(of, one) >= HALF) : of.order;
    return useful.slice(1, MAX_CHOSEN).map((_, k) => useful.slice(0, k + 2));
  });
  for (const [k, of] of cases.entries()) {
    for (const { choice, isChanged, odds } of answers[k] ?? []) {
      const counts = dropOf(of, choice.at(-1) ?? -1) >= HALF;
      if (isChanged && (counts || !of.isChanged)) Object.assign(of, { chosen: choice, isChanged });
      else if (!of.isChanged && odds < of.odds) of.chosen = choice;
    }
  }
}

/** Where two features tell the model the same, neither counts alone: one after the other, whichever leaves least. */
async function chooseStepwise(cases: readonly Case[], ask: Ask): Promise<void> {
  const tried = new Map<Case, Choice>(cases.map((of) => [of, of.order.slice(0, 1)]));
  for (let size = 1; size < MAX_CHOSEN; size += 1) {
    const unchanged = cases.filter(({ isChanged }) => !isChanged);
    const answers = await ask(unchanged, (of) => {
      const those = tried.get(of) ?? [];
      return of.order.filter((one) => !those.includes(one)).map((one) => [...those, one]);
    });
    for (const [k, of] of unchanged.entries()) {
      const changing = answers[k]?.filter(({ isChanged }) => isChanged) ?? [];
      const best = lowest(changing.length > 0 ? changing : (answers[k] ?? []));
      if (best === undefined) continue;
      tried.set(of, best.choice);
      of.chosen = best.choice;
      of.isChanged = best.isChanged;
    }
  }
}

/** Leave out what the others made superfluous. */
async function prune(cases: readonly Case[], ask: Ask): Promise<void> {
  let open = cases.filter(({ isChanged, chosen }) => isChanged && chosen.length > 1);
  while (open.length > 0) {
    const answers = await ask(open, (of) =>
      of.chosen.filter((one) => dropOf(of, one) < HALF).map((weak) => of.chosen.filter((one) => one !== weak)),
    );
    open = open.filter((of, k) => {
      const best = lowest(answers[k]?.filter(({ isChanged }) => isChanged) ?? []);
      if (best !== undefined) of.chosen = best.choice;
      return best !== undefined && of.chosen.length > 1;
    });
  }
}

function dropOf({ drops }: Case, candidate: number): number {
  return drops[candidate] ?? 0;
}

/** The first of those that leave least. */
function lowest(answers: readonly Answer[]): Answer | undefined {
  let best: Answer | undefined;
  for (const answer of answers) if (best === undefined || answer.odds < best.odds) best = answer;
  return best;
}
