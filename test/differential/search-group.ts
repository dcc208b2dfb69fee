// differential: listed searches over the search corpus, as one group of cases.
import { createRandom } from '../../local/generate/random.ts';
import { encodeJson } from '../../local/opensearch/request/json-text.ts';
import type { DifferentialGroup } from './differential-group.ts';
import { randomSearches } from './random-searches.ts';
import { type SearchAnswer, searchAnswerOf } from './search-answer.ts';
import type { SearchCase } from './search-case.ts';
import { searchCorpus } from './search-corpus.ts';

export function searchGroup(name: string, listed: readonly SearchCase[]): DifferentialGroup<SearchCase> {
  return {
    name,
    cases: [...new Map(listed.map((one) => [one.title, one])).values()],
    corpus: searchCorpus,
    ask: async (engine, cases) => {
      const replies = await engine.search(cases);
      return cases.map((asked, at) => searchAnswerOf(asked, replies[at] ?? {}));
    },
    difference: (_asked, theirs, ours) => differenceOf(theirs as SearchAnswer, ours as SearchAnswer),
  };
}

/**
 * Searches by chance. Of several faults in one of them either engine names the one it meets first, and where OpenSearch fails
 * itself (500) there is nothing to compare.
 */
export function randomGroup(seed: number, count: number): DifferentialGroup<SearchCase> {
  const group = searchGroup(`random ${seed}`, randomSearches(createRandom(seed), count));
  return {
    ...group,
    difference: (_asked, theirs, ours) =>
      Number(theirs['status']) >= 500
        ? undefined
        : differenceOf({ ...(theirs as SearchAnswer), error: '' }, { ...(ours as SearchAnswer), error: '' }),
  };
}

const COMPARED = ['status', 'total', 'ids', 'shown', 'error'] as const;

function differenceOf(theirs: SearchAnswer, ours: SearchAnswer): string | undefined {
  const member = COMPARED.find((name) => theirs[name] !== ours[name]);
  return member === undefined ? undefined : `${member}: theirs ${encodeJson(theirs)}, ours ${encodeJson(ours)}`;
}
