// differential: an engine at an endpoint: given the corpus and asked.
import { encodeJson, parseJson } from '../../local/opensearch/request/json-text.ts';
import type { SearchCase } from './search-case.ts';
import type { CorpusIndex } from './search-corpus.ts';

type Json = Readonly<Record<string, unknown>>;

/** A search that OpenSearch loses is never answered. */
const ANSWER_TIMEOUT_MS = 60_000;
/** Searches of one _msearch. */
const BATCH = 50;

export interface SearchEngineUnderTest {
  /** By `index/id` each document's status: what one engine refuses the other must. */
  load(corpus: readonly CorpusIndex[]): Promise<ReadonlyMap<string, number>>;
  /** Bodies of the answers, in the cases' order. */
  search(cases: readonly SearchCase[]): Promise<readonly Json[]>;
  /** `body`: JSON, or a text that is sent as it stands. */
  request(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: Json }>;
}

export function searchEngineAt(endpoint: string): SearchEngineUnderTest {
  const send = async (
    method: string,
    path: string,
    text: string | undefined,
  ): Promise<{ status: number; body: Json }> => {
    const isLines = path.includes('_bulk') || path.includes('_msearch');
    const reply = await fetch(`${endpoint}${path}`, {
      method,
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      ...(text === undefined
        ? {}
        : { body: text, headers: { 'content-type': isLines ? 'application/x-ndjson' : 'application/json' } }),
    });
    const answer = await reply.text();
    const isJson = reply.headers.get('content-type')?.includes('json') === true;
    return { status: reply.status, body: (isJson ? parseJson(answer || '{}') : { text: answer }) as Json };
  };
  const request = (method: string, path: string, body?: unknown) =>
    send(method, path, body === undefined || typeof body === 'string' ? body : encodeJson(body));

  return {
    request,
    load: async (corpus) => {
      const statuses = new Map<string, number>();
      for (const { name, mapping, documents } of corpus) {
        await send('DELETE', `/${name}`, undefined);
        const made = await request('PUT', `/${name}`, {
          // a refresh within the bulk makes two segments, and then nobody knows in which order OpenSearch gives equal hits
          settings: { number_of_shards: 1, number_of_replicas: 0, refresh_interval: '-1' },
          ...(mapping === undefined ? {} : { mappings: mapping }),
        });
        if (made.status !== 200) throw new Error(`${name}: ${encodeJson(made.body)}`);
        if (documents.length === 0) continue;
        const lines = documents.flatMap(({ id, body }) => [encodeJson({ index: { _id: id } }), encodeJson(body)]);
        const answer = await send('POST', `/${name}/_bulk?refresh=true`, `${lines.join('\n')}\n`);
        if (answer.status !== 200) throw new Error(`${name}: ${encodeJson(answer.body)}`);
        for (const item of answer.body['items'] as readonly Json[]) {
          const { _id, status } = item['index'] as { _id: string; status: number };
          statuses.set(`${name}/${_id}`, status);
        }
      }
      return statuses;
    },
    search: async (cases) => {
      const answers: Json[] = [];
      for (let from = 0; from < cases.length; from += BATCH) {
        const batch = cases.slice(from, from + BATCH);
        const lines = batch.flatMap((one) => [encodeJson({ index: one.index.split(',') }), encodeJson(bodyOf(one))]);
        const reply = await send('POST', '/_msearch', `${lines.join('\n')}\n`);
        const responses = reply.body['responses'] as readonly Json[] | undefined;
        for (const [at, one] of batch.entries()) {
          // One body that cannot even be read fails them all: then each is asked alone.
          const alone = async () => (await request('POST', `/${one.index}/_search`, bodyOf(one))).body;
          answers.push(responses?.[at] ?? (await alone()));
        }
      }
      return answers;
    },
  };
}

function bodyOf({ body }: SearchCase): Json {
  return { size: 1_000, track_total_hits: true, sort: ['_doc'], _source: false, ...body };
}
