// detection: which features drove detections, by asking the model what it says of the same flows without them.

import type { FlowNetMetadata } from '../model/flow-net-metadata.ts';
import { featureFamily } from './feature-family.ts';
import { rowVerdict } from './flow-verdict.ts';
import { LABELS, type Label } from './labels.ts';
import { createFindCandidates } from './reason-candidates.ts';

/** Features (or, where these do not do, families of features) that one detection is explained by. */
const MAX_CHOSEN = 5;
/** A feature that takes half of the label's odds, alone, counts although the others would do. */
const HALF = Math.LN2;
/** Log-odds are compared in these steps, so that the last bits of a sum, which may hang on a batch's size, choose nothing. */
const STEPS = 1000;
const SMALLEST = 1e-30;

/** The model's probabilities of rows of features: row-major both, LABELS.length values a row. */
export type AskModel = (rows: Float32Array<ArrayBuffer>) => Promise<Float32Array>;

export interface Detected {
  readonly label: Label;
  /** The flow's features. */
  readonly row: Float32Array;
  /** The model's probabilities of them. */
  readonly probabilities: Float32Array;
}

export interface Explanation {
  /** Columns of features, what counted most first. Several stand together where only together they change the verdict. */
  readonly groups: readonly (readonly number[])[];
  /** With all of these set to what is ordinary, the verdict is another: no detection, or one of another label. */
  readonly isEnough: boolean;
}

/** Explains detections of one model; each explanation hangs on its own flow's features alone. */
export type ExplainDetections = (detected: readonly Detected[], ask: AskModel) => Promise<readonly Explanation[]>;

/** One detection on its way to an explanation. */
interface Case {
  readonly detected: Detected;
  /** What may be set to ordinary at once: a feature each, at last a family each. */
  readonly candidates: readonly (readonly number[])[];
  /** Log-odds that each candidate takes alone; by candidate. */
  drops: readonly number[];
  chosen: readonly number[];
  /** Log-odds of the label without what is chosen. */
  left: number;
  /** What the next choice is added to: more than what is chosen, where two features tell the model the same. */
  tried: readonly number[];
  state: 'open' | 'changed' | 'unchanged';
}

interface Question {
  readonly of: Case;
  readonly without: readonly number[];
}

interface Answer extends Question {
  readonly left: number;
  readonly isChanged: boolean;
}

/** @param maxRows rows of one request to the model. */
export function createExplainDetections(metadata: FlowNetMetadata, maxRows: number): ExplainDetections {
  const width = metadata.features.length;
  const ordinary = Float32Array.from(metadata.normalQuantiles, ([, , , median]) => median ?? 0);
  const findCandidates = createFindCandidates(metadata, ordinary);
  const families = groupBy(metadata.features.keys(), (index) => featureFamily(metadata.features[index] ?? ''));

  const putQuestion = ({ of, without }: Question, matrix: Float32Array, at: number): void => {
    matrix.set(of.detected.row, at * width);
    for (const candidate of without) {
      for (const column of of.candidates[candidate] ?? []) matrix[at * width + column] = ordinary[column] ?? 0;
    }
  };

  const askAll = async (questions: readonly Question[], ask: AskModel): Promise<readonly Answer[]> => {
    const answers: Answer[] = [];
    for (let from = 0; from < questions.length; from += maxRows) {
      const part = questions.slice(from, from + maxRows);
      const matrix = new Float32Array(part.length * width);
      for (const [k, question] of part.entries()) putQuestion(question, matrix, k);
      const probabilities = await ask(matrix);
      for (const [k, question] of part.entries()) {
        const { label } = question.of.detected;
        const verdict = rowVerdict(metadata, probabilities, k);
        const left = logOdds(probabilities, k, label);
        answers.push({ ...question, left, isChanged: !verdict.detection || verdict.label !== label });
      }
    }
    return answers;
  };

  /** Choose, one after the other, what takes most, until the verdict changes. */
  const choose = async (cases: readonly Case[], ask: AskModel): Promise<void> => {
    for (let size = 0; size < MAX_CHOSEN; size += 1) {
      const open = cases.filter(({ state }) => state === 'open');
      const questions = open.flatMap((of) =>
        others(of, of.tried).map((next) => ({ of, without: [...of.tried, next] })),
      );
      for (const [of, answers] of byCase(await askAll(questions, ask))) {
        if (size === 0) of.drops = answers.map(({ left }) => of.left - left);
        const changing = answers.filter(({ isChanged }) => isChanged);
        const best = lowest(changing.length > 0 ? changing : answers);
        if (best === undefined) continue;
        of.tried = best.without;
        if (!best.isChanged && best.left >= of.left) continue;
        of.chosen = best.without;
        of.left = best.left;
        if (best.isChanged) of.state = 'changed';
      }
    }
    for (const of of cases) if (of.state === 'open') of.state = 'unchanged';
  };

  /** Leave out what a later choice made superfluous. */
  const prune = async (cases: readonly Case[], ask: AskModel): Promise<void> => {
    let open = cases.filter(({ state, chosen }) => state === 'changed' && chosen.length > 1);
    while (open.length > 0) {
      const questions = open.flatMap((of) => {
        const weak = of.chosen.filter((one) => (of.drops[one] ?? 0) < HALF);
        return weak.map((one) => ({ of, without: of.chosen.filter((other) => other !== one) }));
      });
      const pruned: Case[] = [];
      for (const [of, answers] of byCase(await askAll(questions, ask))) {
        const best = lowest(answers.filter(({ isChanged }) => isChanged));
        if (best === undefined) continue;
        of.chosen = best.without;
        of.left = best.left;
        if (of.chosen.length > 1) pruned.push(of);
      }
      open = pruned;
    }
  };

  /** Add what counts by itself: of a detector's conditions each does, and the whole is what a person understands. */
  const support = async (cases: readonly Case[], ask: AskModel): Promise<void> => {
    const questions = cases
      .filter(({ state }) => state === 'changed')
      .flatMap((of) => {
        const strong = others(of, of.chosen)
          .filter((one) => (of.drops[one] ?? 0) >= HALF)
          .sort((a, b) => (of.drops[b] ?? 0) - (of.drops[a] ?? 0) || a - b)
          .slice(0, MAX_CHOSEN - of.chosen.length);
        return strong.map((_, k) => ({ of, without: [...of.chosen, ...strong.slice(0, k + 1)] }));
      });
    for (const [of, answers] of byCase(await askAll(questions, ask))) {
      of.chosen = answers.findLast(({ isChanged }) => isChanged)?.without ?? of.chosen;
    }
  };

  const explain = async (cases: readonly Case[], ask: AskModel): Promise<void> => {
    await choose(cases, ask);
    await prune(cases, ask);
    await support(cases, ask);
  };

  const featuresCase = (detected: Detected): Case =>
    openCase(
      detected,
      findCandidates(detected.label, detected.row).map((column) => [column]),
    );
  const familiesCase = (detected: Detected): Case => {
    const unlike = (column: number): boolean => detected.row[column] !== ordinary[column];
    return openCase(
      detected,
      [...families.values()].map((columns) => columns.filter(unlike)).filter((columns) => columns.length > 0),
    );
  };

  return async (detected, ask) => {
    const { distinct, indexes } = distinctRows(detected);
    const cases = distinct.map(featuresCase);
    await explain(cases, ask);
    const unchanged = cases.filter(({ state }) => state !== 'changed');
    const second = new Map(unchanged.map((one) => [one, familiesCase(one.detected)]));
    await explain([...second.values()], ask);
    const explanations = cases.map((first): Explanation => {
      const other = second.get(first);
      // Where nothing does, a few features are more to a person than a few families.
      return explanationOf(other?.state === 'changed' ? other : first);
    });
    return indexes.map((index) => explanations[index] ?? { groups: [], isEnough: false });
  };
}

function openCase(detected: Detected, candidates: readonly (readonly number[])[]): Case {
  const left = logOdds(detected.probabilities, 0, detected.label);
  return { detected, candidates, drops: [], chosen: [], left, tried: [], state: 'open' };
}

function explanationOf({ candidates, chosen, drops, state }: Case): Explanation {
  const order = [...chosen].sort((a, b) => (drops[b] ?? 0) - (drops[a] ?? 0) || a - b);
  return { groups: order.map((one) => candidates[one] ?? []), isEnough: state === 'changed' };
}

/** Candidates but these. */
function others({ candidates }: Case, these: readonly number[]): number[] {
  return [...candidates.keys()].filter((one) => !these.includes(one));
}

function byCase(answers: readonly Answer[]): ReadonlyMap<Case, readonly Answer[]> {
  return groupBy(answers, ({ of }) => of);
}

/** Map.groupBy, which Node 20 has not. */
function groupBy<T, K>(values: Iterable<T>, keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/** The first of those that leave least. */
function lowest(answers: readonly Answer[]): Answer | undefined {
  let best: Answer | undefined;
  for (const answer of answers) if (best === undefined || answer.left < best.left) best = answer;
  return best;
}

function logOdds(probabilities: Float32Array, row: number, label: Label): number {
  let own = 0;
  let rest = 0;
  for (const [k, name] of LABELS.entries()) {
    const probability = probabilities[row * LABELS.length + k] ?? 0;
    if (name === label) own = probability;
    else rest += probability;
  }
  return Math.round(Math.log(Math.max(own, SMALLEST) / Math.max(rest, SMALLEST)) * STEPS) / STEPS;
}

/** Flows with the same features and the same label are explained once; `indexes` tells which of the distinct ones each is. */
function distinctRows(detected: readonly Detected[]) {
  const known = new Map<string, number>();
  const distinct: Detected[] = [];
  const indexes = detected.map((one) => {
    const { buffer, byteOffset, byteLength } = one.row;
    const key = `${one.label}\n${Buffer.from(buffer, byteOffset, byteLength).toString('latin1')}`;
    const index = known.get(key) ?? distinct.push(one) - 1;
    known.set(key, index);
    return index;
  });
  return { distinct, indexes };
}
