// detection: which features drove detections, by asking the model what it says of the same flows without them.

import type { FlowNetMetadata } from '../model/flow-net-metadata.ts';
import { alikeFlow, rowKey } from './alike-flows.ts';
import { type AskModel, createAskVariants, type DetectedRow, leftOf } from './ask-variants.ts';
import { featureFamily } from './feature-family.ts';
import { createFindCandidates } from './reason-candidates.ts';
import { type Case, chosenAndMore, chosenOf, MAX_CHOSEN, openCase, searchFeatures } from './search-features.ts';
import { storyOf } from './stories.ts';

export interface Detected extends DetectedRow {
  /** The model's probabilities of the flow as it is. */
  readonly probabilities: Float32Array;
}

export interface Explanation {
  /**
   * Columns of features, what counted most first. Several stand together where only together they change the verdict; the
   * last may be ordinary themselves, and only complete what is said of the others.
   */
  readonly groups: readonly (readonly number[])[];
  /** With all of these set to what is ordinary, the verdict is another: no detection, or one of another label. */
  readonly isEnough: boolean;
}

/** Explains detections of one model; each explanation hangs on its own flow's features alone. */
export type ExplainDetections = (detected: readonly Detected[], ask: AskModel) => Promise<readonly Explanation[]>;

/** A detection whose log-odds are known. */
interface Weighed extends DetectedRow {
  readonly odds: number;
}

/** @param maxRows rows of one request to the model. */
export function createExplainDetections(metadata: FlowNetMetadata, maxRows: number): ExplainDetections {
  const ordinary = Float32Array.from(metadata.normalQuantiles, ([, , , median]) => median ?? 0);
  const askVariants = createAskVariants(metadata, ordinary, maxRows);
  const { candidatesOf, detectedBy } = createFindCandidates(metadata, ordinary);
  const families = familiesOf(metadata.features);
  const unlikeOrdinary = (row: Float32Array, columns: readonly number[]): readonly number[] =>
    columns.filter((column) => row[column] !== ordinary[column]);

  /** Which of the groups, all of a flow's set to ordinary, change its verdict: the flow's own part of them, else undefined. */
  const verify = async <Flow extends DetectedRow>(
    flows: readonly Flow[],
    groupsOf: (flow: Flow) => readonly (readonly number[])[],
    model: AskModel,
  ): Promise<readonly (Explanation | undefined)[]> => {
    const groups = flows.map((flow) =>
      groupsOf(flow)
        .map((columns) => unlikeOrdinary(flow.row, columns))
        .filter((columns) => columns.length > 0),
    );
    const asked = [...flows.keys()].filter((k) => (groups[k]?.length ?? 0) > 0);
    const variants = asked.flatMap((k) => {
      const of = flows[k];
      return of === undefined ? [] : [{ of, without: groups[k]?.flat() ?? [] }];
    });
    const left = await askVariants(variants, model);
    const found: (Explanation | undefined)[] = flows.map(() => undefined);
    for (const [n, k] of asked.entries()) {
      if (left[n]?.isChanged === true) found[k] = { groups: groups[k] ?? [], isEnough: true };
    }
    return found;
  };

  /** Features first; families only where no features do. */
  const search = async (flows: readonly Weighed[], model: AskModel): Promise<readonly Case[]> => {
    const single = flows.map((flow) =>
      openCase(
        flow,
        flow.odds,
        candidatesOf(flow.label, flow.row).map((column) => [column]),
      ),
    );
    await searchFeatures(single, askVariants, model);
    const families = await searchFamilies(
      single.filter(({ isChanged }) => !isChanged),
      model,
    );
    // Where nothing does, a few features are more to a person than a few families.
    return single.map((one) => families.get(one) ?? one);
  };

  /** Those that change the verdict. */
  const searchFamilies = async (unchanged: readonly Case[], model: AskModel): Promise<ReadonlyMap<Case, Case>> => {
    const cases = unchanged.map(({ detected, odds }) => {
      const candidates = families.map((columns) => unlikeOrdinary(detected.row, columns));
      return openCase(
        detected,
        odds,
        candidates.filter((columns) => columns.length > 0),
      );
    });
    await searchFeatures(cases, askVariants, model);
    return new Map(unchanged.flatMap((one, k) => (cases[k]?.isChanged === true ? [[one, cases[k]] as const] : [])));
  };

  /** By flow, what explains the flow that stands for all that are like it; undefined where that is no such detection. */
  const explainAlike = async (flows: readonly DetectedRow[], model: AskModel) => {
    const alike = new Map<string, DetectedRow>();
    const keys = flows.map(({ label, row }) => {
      const standing = alikeFlow(row);
      const key = `${label}\n${rowKey(standing)}`;
      if (!alike.has(key)) alike.set(key, { label, row: standing });
      return key;
    });
    const standing = [...alike].map(([key, flow]) => ({ key, flow }));
    const left = await askVariants(
      standing.map(({ flow }) => ({ of: flow, without: [] })),
      model,
    );
    const detected = standing.flatMap(({ key, flow }, k) => {
      const { odds, isChanged } = left[k] ?? { odds: 0, isChanged: true };
      return isChanged ? [] : [{ key, ...flow, odds }];
    });
    const cases = await search(detected, model);
    const byKey = new Map(detected.map(({ key }, k) => [key, cases[k]]));
    return new Map(flows.map((flow, k) => [flow, byKey.get(keys[k] ?? '')]));
  };

  return async (detected, model) => {
    const found = new Map<Detected, Explanation>();
    const note = (
      flows: readonly Detected[],
      explanations: readonly (Explanation | undefined)[],
    ): readonly Detected[] => {
      for (const [k, flow] of flows.entries()) {
        const explanation = explanations[k];
        if (explanation !== undefined) found.set(flow, explanation);
      }
      return flows.filter((flow) => !found.has(flow));
    };
    // What detectors saw, as a whole: one question answers most of a flood's or a sweep's flows.
    const seen = new Map(detected.map((flow) => [flow, detectedBy(flow.label, flow.row)]));
    const alone = (columns: readonly number[] = []) => columns.map((column) => [column]);
    const complete = (flows: readonly Detected[], explanations: readonly (Explanation | undefined)[]) =>
      explanations.map((one, k) => {
        const flow = flows[k];
        return one && flow && { ...one, groups: [...one.groups, ...alone(seen.get(flow)?.besides)] };
      });
    const byDetectors = await verify(detected, (flow) => alone(seen.get(flow)?.breaking), model);
    const doubted = note(detected, complete(detected, byDetectors));
    // Where trees would still say the same: with it what spoke for the label most, in as many sentences as there may be.
    const wider = (flow: Detected) =>
      seen.get(flow)?.breaking.length ? sentencesOf(candidatesOf(flow.label, flow.row)).slice(0, MAX_CHOSEN) : [];
    const rest = note(doubted, complete(doubted, await verify(doubted, wider, model)));
    // What explains what is like them answers most of the others, with a little more where they lie further from Normal.
    const alike = await explainAlike(rest, model);
    const groupsOf = (of: Case | undefined, choice: typeof chosenOf) => (of === undefined ? [] : choice(of));
    const further = note(rest, await verify(rest, (flow) => groupsOf(alike.get(flow), chosenOf), model));
    const own = note(further, await verify(further, (flow) => groupsOf(alike.get(flow), chosenAndMore), model));
    note(own, (await search(own.map(weighed), model)).map(explanationOf));
    return detected.map((flow) => found.get(flow) ?? { groups: [], isEnough: false });
  };

  function sentencesOf(columns: readonly number[]): readonly (readonly number[])[] {
    const sentences = new Map<string, number[]>();
    for (const column of columns) {
      const story = storyOf(metadata.features[column] ?? '');
      sentences.set(story, [...(sentences.get(story) ?? []), column]);
    }
    return [...sentences.values()];
  }

  function weighed(flow: Detected): Weighed {
    return { ...flow, odds: leftOf(flow.probabilities, 0, flow.label, 0).odds };
  }
}

function explanationOf(of: Case): Explanation {
  return { groups: chosenOf(of), isEnough: of.isChanged };
}

function familiesOf(features: readonly string[]): readonly (readonly number[])[] {
  const families = new Map<string, number[]>();
  for (const [column, feature] of features.entries()) {
    const family = featureFamily(feature);
    families.set(family, [...(families.get(family) ?? []), column]);
  }
  return [...families.values()];
}
