// differential: listed searches over the search corpus, as one group of cases.
import { encodeJson } from '../../local/opensearch/json-text.ts';
import type { DifferentialGroup } from './differential-group.ts';
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

function differenceOf(theirs: SearchAnswer, ours: SearchAnswer): string | undefined {
  const member = (['status', 'total', 'ids', 'shown', 'error'] as const).find((name) => theirs[name] !== ours[name]);
  return member === undefined ? undefined : `${member}: theirs ${encodeJson(theirs)}, ours ${encodeJson(ours)}`;
}
