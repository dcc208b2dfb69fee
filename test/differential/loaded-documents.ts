// differential: which documents of the corpus an engine took, and the whole corpus' hash, so that answers to another one are not compared.
import { createHash } from 'node:crypto';
import { encodeJson } from '../../local/opensearch/request/json-text.ts';
import type { RecordedAnswer } from './differential-group.ts';
import { idList } from './id-list.ts';
import type { CorpusIndex } from './search-corpus.ts';

/** By index. */
export function loadedDocuments(
  corpus: readonly CorpusIndex[],
  statuses: ReadonlyMap<string, number>,
): ReadonlyMap<string, RecordedAnswer> {
  return new Map(
    corpus.map(({ name, mapping, documents }) => {
      const refused = documents.filter(({ id }) => statuses.get(`${name}/${id}`) !== 201).map(({ id }) => id);
      const sha256 = createHash('sha256')
        .update(encodeJson([mapping ?? null, documents]))
        .digest('hex');
      return [name, { documents: documents.length, refused: idList(refused), sha256 }];
    }),
  );
}
