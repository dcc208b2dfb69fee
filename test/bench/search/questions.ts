// bench: what is asked of both engines: as the pages and Dashboards ask it, each question with several values, so that no cache answers.

/** Goal: our time over OpenSearch's, at most. */
export interface Question {
  readonly name: string;
  readonly goal: number | undefined;
  /** One body a value. */
  readonly bodies: readonly Readonly<Record<string, unknown>>[];
}

/** Values that some documents of the corpus have. */
export interface Samples {
  readonly documents: readonly Readonly<Record<string, unknown>>[];
  readonly firstDay: string;
  readonly lastDay: string;
}

function memberOf(document: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = document;
  for (const part of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value;
}

const NEWEST = [{ '@timestamp': { order: 'desc' } }, { 'event.id': { order: 'desc' } }];

function newest(...filter: readonly unknown[]): Readonly<Record<string, unknown>> {
  return { query: { bool: { filter } }, size: 50, sort: NEWEST, track_total_hits: true };
}

function words(query: string): Readonly<Record<string, unknown>> {
  return newest({ query_string: { query } });
}

function only(aggs: Readonly<Record<string, unknown>>, query: unknown): Readonly<Record<string, unknown>> {
  return { size: 0, track_total_hits: true, query, aggs };
}

/** Whole-corpus aggregations: a range that excludes next to nothing, another each time. */
function everything(number: number): unknown {
  return { bool: { filter: [{ range: { 'source.port': { gte: number } } }] } };
}

const ROUNDS = [1, 2, 3, 4, 5, 6, 7];

export function planQuestions({ documents, firstDay, lastDay }: Samples): readonly Question[] {
  const each = (path: string): string[] => {
    const found = new Set<string>();
    for (const document of documents) {
      const value = memberOf(document, path);
      if (typeof value === 'string' && value !== '') found.add(value);
    }
    return [...found].slice(0, ROUNDS.length);
  };
  const many = (make: (number: number) => Readonly<Record<string, unknown>>) => ROUNDS.map(make);
  const networks = each('source.ip').map((address) => address.split('.').slice(0, 2).join('.'));
  return [
    {
      name: 'newest 50 of everything',
      goal: undefined,
      bodies: many((number) => newest({ range: { 'source.port': { gte: number } } })),
    },
    {
      name: 'term, frequent, and a range; newest 50',
      goal: 2,
      bodies: many((number) =>
        newest({ term: { 'network.protocol': 'dns' } }, { range: { 'network.bytes': { gte: 100 + number } } }),
      ),
    },
    {
      name: 'term, rare (community id)',
      goal: 2,
      bodies: each('network.community_id').map((id) => newest({ term: { 'network.community_id': id } })),
    },
    {
      name: 'term, a host name; newest 50',
      goal: 2,
      bodies: each('dns.question.name').map((name) => newest({ term: { 'dns.question.name': name } })),
    },
    {
      name: 'range of numbers; newest 50',
      goal: 2,
      bodies: many((number) =>
        newest({ range: { 'network.bytes': { gte: 20_000 * number, lt: 20_000 * number + 30_000 } } }),
      ),
    },
    {
      name: 'range of time, an hour; newest 50',
      goal: 2,
      bodies: many((number) =>
        newest({
          range: {
            '@timestamp': { gte: `${firstDay}T${10 + number}:00:00Z`, lt: `${firstDay}T${11 + number}:00:00Z` },
          },
        }),
      ),
    },
    {
      name: 'CIDR /16; newest 50',
      goal: 2,
      bodies: networks.map((network) => newest({ term: { 'source.ip': `${network}.0.0/16` } })),
    },
    {
      name: 'CIDR /24 in query_string; newest 50',
      goal: 2,
      bodies: each('source.ip').map((address) =>
        words(`source.ip:"${address.split('.').slice(0, 3).join('.')}.0/24" AND network.transport:tcp`),
      ),
    },
    {
      name: 'query_string, terms and not; newest 50',
      goal: 2,
      bodies: many((number) =>
        words(`network.protocol:(http OR tls) AND NOT destination.port:443 AND source.packets:>${number}`),
      ),
    },
    {
      name: 'word in text, frequent; newest 50',
      goal: 2,
      bodies: ['mozilla', 'nginx', 'html', 'accept', 'window', 'river', 'market'].map((word) =>
        words(`smartids.payload.source:${word} OR smartids.payload.destination:${word}`),
      ),
    },
    {
      name: 'word in text, rare; newest 50',
      goal: 2,
      bodies: each('smartids.http.host').map((host) => words(`smartids.payload.source:"${host}"`)),
    },
    {
      name: 'phrase, frequent words; newest 50',
      goal: 4,
      bodies: [
        'content type text html',
        'http 1.1 200 ok',
        'windows nt 10.0',
        'mozilla 5.0 x11',
        'accept text html',
        'connection keep alive',
        'river report light',
      ].map((phrase) => words(`smartids.payload.source:"${phrase}" OR smartids.payload.destination:"${phrase}"`)),
    },
    {
      name: 'phrase, rare; newest 50',
      goal: 4,
      bodies: [
        'union select',
        'login incorrect',
        'user anonymous',
        'permission denied',
        'ssh 2.0 openssh_9.6',
        '404 not found',
        'script alert',
      ].map((phrase) => words(`smartids.payload.source:"${phrase}" OR smartids.payload.destination:"${phrase}"`)),
    },
    {
      name: 'prefix in text',
      goal: undefined,
      bodies: ['moz', 'ngi', 'passw', 'sele', 'scri', 'admi', 'openss'].map((prefix) =>
        words(`smartids.payload.source:${prefix}*`),
      ),
    },
    {
      name: 'count by label',
      goal: 1,
      bodies: many((number) => only({ label: { terms: { field: 'smartids.label', size: 25 } } }, everything(number))),
    },
    {
      name: 'terms: destination addresses',
      goal: 1,
      bodies: many((number) => only({ ip: { terms: { field: 'destination.ip', size: 20 } } }, everything(number))),
    },
    {
      name: 'terms: names asked',
      goal: 1,
      bodies: many((number) => only({ name: { terms: { field: 'dns.question.name', size: 20 } } }, everything(number))),
    },
    {
      name: 'date histogram by minute and label',
      goal: 1,
      bodies: many((number) =>
        only(
          {
            time: {
              date_histogram: { field: '@timestamp', fixed_interval: '1m', min_doc_count: 1 },
              aggs: { label: { terms: { field: 'smartids.label', size: 25 } } },
            },
          },
          everything(number),
        ),
      ),
    },
    {
      name: 'date histogram by hour',
      goal: 1,
      bodies: many((number) =>
        only({ time: { date_histogram: { field: '@timestamp', calendar_interval: '1h' } } }, everything(number)),
      ),
    },
    {
      name: 'percentiles of bytes',
      goal: 1,
      bodies: many((number) => only({ bytes: { percentiles: { field: 'network.bytes' } } }, everything(number))),
    },
    {
      name: 'stats of bytes by protocol',
      goal: 1,
      bodies: many((number) =>
        only(
          {
            protocol: {
              terms: { field: 'network.protocol', size: 10 },
              aggs: { bytes: { stats: { field: 'network.bytes' } } },
            },
          },
          everything(number),
        ),
      ),
    },
    {
      name: 'distinct source addresses',
      goal: 1.5,
      bodies: many((number) =>
        only({ hosts: { cardinality: { field: 'source.ip', precision_threshold: 40_000 } } }, everything(number)),
      ),
    },
    {
      name: 'distinct names by label',
      goal: 1.5,
      bodies: many((number) =>
        only(
          {
            label: {
              terms: { field: 'smartids.label', size: 25 },
              aggs: { names: { cardinality: { field: 'dns.question.name', precision_threshold: 40_000 } } },
            },
          },
          everything(number),
        ),
      ),
    },
    {
      name: 'a day by hour: talkers and bytes of http',
      goal: 1,
      bodies: many((number) =>
        only(
          {
            time: {
              date_histogram: { field: '@timestamp', calendar_interval: '1h' },
              aggs: {
                source: {
                  terms: { field: 'source.ip', size: 5 },
                  aggs: { bytes: { sum: { field: 'network.bytes' } } },
                },
              },
            },
          },
          {
            bool: {
              filter: [
                { term: { 'network.protocol': 'http' } },
                { range: { '@timestamp': { gte: `${lastDay}T00:00:0${number}Z`, lt: `${lastDay}T23:59:59Z` } } },
              ],
            },
          },
        ),
      ),
    },
  ];
}
