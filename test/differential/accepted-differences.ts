// differential: where the embedded engine and OpenSearch part, each with its reason and no wider than it must be.

export interface AcceptedDifference {
  readonly reason: string;
  /** Of a case by its title; a listed case that it covers must differ. */
  readonly covers: (title: string) => boolean;
}

const titled = (...titles: readonly string[]) => {
  const known = new Set(titles);
  return (title: string) => known.has(title);
};

export const ACCEPTED_DIFFERENCES: readonly AcceptedDifference[] = [
  {
    reason: 'from beside search_after is a fault of the server (500) to OpenSearch, and of the request (400) to us',
    covers: (title) => title.includes('"from":1,"search_after"'),
  },
  {
    reason: 'highlight is refused',
    covers: (title) => title.includes('"highlight":{') && !title.includes('"no_such"'),
  },
  {
    reason: 'fields, docvalue_fields and stored_fields are refused',
    covers: (title) =>
      /"(fields|docvalue_fields|stored_fields)":\[.*"sort":\[/.test(title) && !title.includes('"highlight"'),
  },
  {
    reason: 'still to be mended',
    covers: titled(
      'hostile {"query":{"query_string":{"query":"kitten~"}}}',
      'hostile {"query":{"query_string":{"query":"kitten~1"}}}',
      'hostile {"query":{"query_string":{"query":"wild:kitten~1"}}}',
      'flows {"query":{"range":{"@timestamp":{"gte":"01/11/2026","format":"dd/MM/yyyy"}}}}',
      'flows {"query":{"range":{"@timestamp":{"gte":"2026-11-01 06:00","format":"yyyy-MM-dd HH:mm"}}}}',
      'flows {"query":{"range":{"@timestamp":{"gte":"2026","format":"yyyy"}}}}',
      'hostile {"query":{"exists":{"field":"text"}}}',
      'hostile {"query":{"exists":{"field":"wild"}}}',
      'hostile {"query":{"prefix":{"wild":"*"}}}',
      'hostile {"query":{"wildcard":{"wild":{"value":"GRÜ*","case_insensitive":true}}}}',
      'hostile {"query":{"match_all":{}},"sort":[{"word":"asc"}]}',
      'hostile {"query":{"match_all":{}},"sort":[{"word":"desc"}]}',
      'hostile {"query":{"match_all":{}},"sort":[{"text.keyword":"asc"}]}',
      'hostile {"query":{"match_all":{}},"sort":[{"text.keyword":"desc"}]}',
      'hostile {"query":{"match_all":{}},"sort":[{"word":"asc"},{"long":"desc"},{"n":"asc"}]}',
    ),
  },
];
