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
    reason: '_none_ of the stored fields beside _source is such a fault to it, too',
    covers: (title) => title.includes('"stored_fields":"_none_","_source":true'),
  },
  {
    reason: 'the plain highlighter, which cuts passages in its own way, is refused',
    covers: (title) => title.includes('"type":"plain"') && !title.includes('"no_such"'),
  },
  {
    reason: 'flat_object among fields is refused: OpenSearch shows it as Java prints a map',
    covers: (title) => title.includes('"fields":["flat"]'),
  },
  {
    reason: 'a number beyond 2^53, or 10^21, is written by a format as a double writes it',
    covers: (title) => /"docvalue_fields":\[\{"field":"(long","format":"0\.00|double","format":"#\.#)"/.test(title),
  },
  {
    reason:
      'OpenSearch counts a field that exists alone by its terms, and returns more documents than it counts; we count them',
    covers: (title) =>
      /^hostile .*("exists":\{"field":"(text|wild|object\.text)"|"prefix":\{"wild":"\*"|"range":\{"(note|text)":\{\}|"\(*_exists_:(text|wild|object\.text)\)*")/.test(
        title,
      ),
  },
  {
    reason: 'a member that stands twice in a document is the last one to us, and refused by OpenSearch',
    covers: titled('a member that stands twice'),
  },
  {
    reason: 'OpenSearch leaves out an action at the end of a bulk whose document is missing; we refuse the bulk',
    covers: titled('an action at the end without its document'),
  },
  {
    reason:
      'an address or a method that is not known is refused with 400 and an error object; OpenSearch answers a text, and 405 for a method',
    covers: titled('an address that is not known', 'a method that an address has not'),
  },
  {
    reason: 'refused by both, under another type of error',
    covers: titled(
      'flows {"query":{"nested":{"path":"url","query":{"match_all":{}}}}}',
      'hostile {"query":{"match_all":{}},"sort":[{"ip":{"order":"asc","missing":"10.0.0.2"}}]}',
      'flows {"query":{"match_all":{}},"size":0,"track_total_hits":-2}',
    ),
  },
];
