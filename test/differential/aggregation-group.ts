// differential: listed aggregation requests, as one group of cases.
import { encodeJson } from '../../local/opensearch/request/json-text.ts';
import { unacceptedOf } from './accepted-aggregation-differences.ts';
import { type AggregationAnswer, differencesOf } from './aggregation-answer.ts';
import type { AggregationCase } from './aggregation-case.ts';
import { aggregationCorpus } from './aggregation-documents.ts';
import { askAggregations } from './aggregation-engine.ts';
import type { DifferentialGroup, RecordedAnswer } from './differential-group.ts';
import { searchCorpus } from './search-corpus.ts';

export function aggregationGroup(name: string, cases: readonly AggregationCase[]): DifferentialGroup<AggregationCase> {
  return {
    name,
    cases: [...new Map(cases.map((one) => [one.title, one])).values()],
    corpus: () => [...aggregationCorpus(), ...searchCorpus()],
    ask: async (engine, asked, side) => {
      const answers = await askAggregations(engine, asked, side === 'ours');
      // the words of a refusal are OpenSearch's own, and name what changes from run to run
      return answers.map(
        (answer): RecordedAnswer => ({ ...answer, ...(side === 'ours' ? {} : { reason: undefined }) }),
      );
    },
    difference: (asked, theirs, ours) =>
      aggregationDifference(asked, theirs as unknown as AggregationAnswer, ours as unknown as AggregationAnswer),
  };
}

/** Where two answers part and must not, in words. What only we refuse must be named. */
export function aggregationDifference(
  asked: AggregationCase,
  theirs: AggregationAnswer,
  ours: AggregationAnswer,
): string | undefined {
  const { names } = asked;
  if (names !== undefined) {
    const isNamed = ours.status === 400 && ours.reason?.includes(names) === true;
    return isNamed ? undefined : `ours does not name ${names}: ${encodeJson(ours)}`;
  }
  const found = unacceptedOf(differencesOf(asked, theirs, ours));
  return found === undefined
    ? undefined
    : `${found.path}: theirs ${encodeJson(found.theirs ?? null)}, ours ${encodeJson(found.ours ?? null)}`;
}
