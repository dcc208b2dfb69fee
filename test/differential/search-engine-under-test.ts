// differential: an engine at an endpoint: given the corpus, asked cases, its answers brought to what is compared.
import { encodeJson, parseJson } from '../../local/opensearch/json-text.ts';
import type { SearchCase } from './search-case.ts';
import type { CorpusIndex } from './search-corpus.ts';

type Json = Readonly<Record<string, unknown>>;

/** What of an answer two engines must agree on. */
export interface SearchAnswer {
  readonly status: number;
  /** `eq 12`, or undefined where hits were not counted. */
  readonly total?: string | undefined;
  readonly ids?: readonly string[];
  /** Of each hit, whatever the case asked for beyond its id: sort values, source, highlight, fields. */
  readonly shown?: readonly Json[];
  /** Why it was refused: the innermost words. */
  readonly reason?: string;
}

/** Searches of one _msearch. */
const BATCH = 50;

export interface SearchEngineUnderTest {
  /** Per document its status: what one engine refuses the other must. */
  load(corpus: readonly CorpusIndex[]): Promise<ReadonlyMap<string, number>>;
  ask(cases: readonly SearchCase[]): Promise<readonly SearchAnswer[]>;
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
      ...(text === undefined
        ? {}
        : { body: text, headers: { 'content-type': isLines ? 'application/x-ndjson' : 'application/json' } }),
    });
    return { status: reply.status, body: parseJson((await reply.text()) || '{}') as Json };
  };
  const request = (method: string, path: string, body?: unknown) =>
    send(method, path, body === undefined ? undefined : encodeJson(body));

  return {
    request,
    load: async (corpus) => {
      const statuses = new Map<string, number>();
      for (const { name, mapping, documents } of corpus) {
        await send('DELETE', `/${name}`, undefined);
        const made = await request('PUT', `/${name}`, {
          settings: { number_of_shards: 1, number_of_replicas: 0 },
          ...(mapping === undefined ? {} : { mappings: mapping }),
        });
        if (made.status !== 200) throw new Error(`${name}: ${encodeJson(made.body)}`);
        if (documents.length === 0) continue;
        const lines = documents.flatMap(({ id, body }) => [encodeJson({ index: { _id: id } }), encodeJson(body)]);
        const answer = await send('POST', `/${name}/_bulk?refresh=true`, `${lines.join('\n')}\n`);
        if (answer.status !== 200) throw new Error(`${name}: ${encodeJson(answer.body)}`);
        for (const item of answer.body['items'] as readonly Json[]) {
          const { _id, status } = item['index'] as { _id: string; status: number };
          statuses.set(_id, status);
        }
      }
      return statuses;
    },
    ask: async (cases) => {
      const answers: SearchAnswer[] = [];
      for (let from = 0; from < cases.length; from += BATCH) {
        const batch = cases.slice(from, from + BATCH);
        const lines = batch.flatMap((one) => [encodeJson({ index: one.index.split(',') }), encodeJson(bodyOf(one))]);
        const reply = await send('POST', '/_msearch', `${lines.join('\n')}\n`);
        const responses = reply.body['responses'] as readonly Json[] | undefined;
        for (const [at, one] of batch.entries()) {
          // One body that cannot even be read fails them all: then each is asked alone.
          answers.push(
            answerOf(one, responses?.[at] ?? (await request('POST', `/${one.index}/_search`, bodyOf(one))).body),
          );
        }
      }
      return answers;
    },
  };
}

function bodyOf({ body }: SearchCase): Json {
  return { size: 1_000, track_total_hits: true, sort: ['_doc'], _source: false, ...body };
}

function answerOf(asked: SearchCase, response: Json): SearchAnswer {
  const status = Number(response['status'] ?? 200);
  if (status !== 200) return { status, reason: reasonOf(response['error']) };
  const hits = response['hits'] as { total?: { value: number; relation: string }; hits: readonly Json[] };
  const shards = response['_shards'] as { failed: number; failures?: readonly Json[] };
  if (shards.failed > 0) return { status: 400, reason: reasonOf(shards.failures?.[0]?.['reason']) };
  const ids = hits.hits.map((hit) => String(hit['_id']));
  const shown = hits.hits.map((hit) => shownOf(hit, asked));
  return {
    status,
    total: hits.total === undefined ? undefined : `${hits.total.relation} ${hits.total.value}`,
    ids: asked.isOrdered ? ids : [...ids].sort(),
    ...(shown.some((one) => Object.keys(one).length > 0) ? { shown } : {}),
  };
}

function shownOf(hit: Json, { body, isOrdered }: SearchCase): Json {
  const wanted: Record<string, unknown> = {};
  if (isOrdered) wanted['sort'] = hit['sort'];
  if (body['_source'] !== undefined) wanted['_source'] = hit['_source'];
  for (const name of ['highlight', 'fields', 'matched_queries', '_version', '_seq_no']) {
    if (hit[name] !== undefined) wanted[name] = hit[name];
  }
  return wanted;
}

/** The innermost cause's words, as all engines nest them differently. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const body = error as Json;
  const inner = body['caused_by'] ?? (body['failed_shards'] as readonly Json[] | undefined)?.[0]?.['reason'];
  const own = `${String(body['type'])}: ${String(body['reason'])}`;
  return inner === undefined ? own : `${own} <- ${reasonOf(inner)}`;
}
