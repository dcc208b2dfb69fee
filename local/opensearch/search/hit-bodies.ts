// local/opensearch/search: hits as an answer shows them: their documents, single fields of them, marked passages.
import type { DuckDBConnection } from '@duckdb/node-api';
import { highlightHits } from '../highlight/highlight.ts';
import type { HitChoice } from './hit-choice.ts';
import { type Hit, hitBody, readDocuments } from './search-hit.ts';
import type { SearchTarget } from './search-target.ts';
import { shownFields } from './shown-fields.ts';

export interface HitQuestion {
  readonly targets: readonly SearchTarget[];
  /** What passages are marked by. */
  readonly query: unknown;
  readonly nowMs: number;
}

/** One for each hit, in their order. */
export async function hitBodies(
  connection: DuckDBConnection,
  hits: readonly Hit[],
  choice: HitChoice,
  { targets, query, nowMs }: HitQuestion,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const sources = await readDocuments(connection, hits, choice);
  const { highlight } = choice;
  const fields = choice.shownFields === undefined ? [] : await shownFields(connection, hits, choice.shownFields);
  const highlights =
    highlight === undefined ? [] : await highlightHits(connection, targets, hits, { highlight, query, nowMs });
  return hits.map((hit, at) => ({
    ...hitBody(hit, sources[at]),
    ...(choice.withId ? {} : { _id: undefined }),
    fields: fields[at],
    highlight: highlights[at],
  }));
}
