// differential: one group of cases over one corpus: asked of both engines, its answers on record in one file.
import type { SearchCase } from './search-case.ts';
import type { CorpusIndex } from './search-corpus.ts';
import type { SearchEngineUnderTest } from './search-engine-under-test.ts';

/** What is compared and put on record: JSON, without anything that changes from run to run. */
export type RecordedAnswer = Readonly<Record<string, unknown>>;

/** Ours may be asked for more than theirs, such as the neighbours of an estimate. */
export type Side = 'theirs' | 'ours';

type AskedCase = Pick<SearchCase, 'title'>;

export interface DifferentialGroup<Case extends AskedCase = AskedCase> {
  /** Of its file under test/golden/opensearch. */
  readonly name: string;
  readonly cases: readonly Case[];
  /** Indexes that its cases name; groups may share them. */
  corpus(): readonly CorpusIndex[];
  /** In the cases' order. */
  ask(engine: SearchEngineUnderTest, cases: readonly Case[], side: Side): Promise<readonly RecordedAnswer[]>;
  /** Where two answers part, in words; undefined where they are equal. */
  difference(asked: Case, theirs: RecordedAnswer, ours: RecordedAnswer): string | undefined;
}

/** Every index of the groups once, by name. */
export function corpusOf(groups: readonly DifferentialGroup[]): readonly CorpusIndex[] {
  return [...new Map(groups.flatMap((group) => group.corpus()).map((index) => [index.name, index])).values()];
}

/** What is asked of the clock's day has another answer tomorrow: asked of both engines at once, never put on record. */
export function isOfToday({ title }: AskedCase): boolean {
  return /(^|[^\w\\])now\b/.test(title);
}
