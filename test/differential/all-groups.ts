// differential: every group of cases there is.
import { aggregationGroup } from './aggregation-group.ts';
import { AGGREGATION_LISTS } from './cases/all-aggregations.ts';
import { DSL_CASES } from './cases/dsl-queries.ts';
import { HIGHLIGHT_CASES } from './cases/highlights.ts';
import { QUERY_STRING_CASES } from './cases/query-string.ts';
import { REST_DOCUMENT_CASES } from './cases/rest-documents.ts';
import { REST_INDEX_CASES } from './cases/rest-indexes.ts';
import { REST_READ_CASES } from './cases/rest-reads.ts';
import { REQUEST_CASES } from './cases/search-requests.ts';
import { SHOWN_FIELD_CASES } from './cases/shown-fields.ts';
import type { DifferentialGroup } from './differential-group.ts';
import { HIGHLIGHT_GROUP } from './highlight-group.ts';
import { PAGING_GROUP } from './paging-group.ts';
import { passageCorpus } from './passage-documents.ts';
import { restGroup } from './rest-group.ts';
import { searchCorpus } from './search-corpus.ts';
import { searchGroup } from './search-group.ts';

export const ALL_GROUPS: readonly DifferentialGroup[] = [
  searchGroup('query-string', QUERY_STRING_CASES),
  searchGroup('dsl-queries', DSL_CASES),
  searchGroup('search-requests', REQUEST_CASES),
  PAGING_GROUP,
  searchGroup('shown-fields', SHOWN_FIELD_CASES),
  { ...searchGroup('highlights', HIGHLIGHT_CASES), corpus: () => [...searchCorpus(), passageCorpus()] },
  HIGHLIGHT_GROUP,
  ...Object.entries(AGGREGATION_LISTS).map(([name, cases]) => aggregationGroup(`aggregations-${name}`, cases)),
  restGroup('rest-indexes', REST_INDEX_CASES),
  restGroup('rest-documents', REST_DOCUMENT_CASES),
  restGroup('rest-reads', REST_READ_CASES),
];
