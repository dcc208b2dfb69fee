// differential: what of a search's answer two engines must agree on, short enough to be kept.
import { createHash } from 'node:crypto';
import { encodeJson } from '../../local/opensearch/request/json-text.ts';
import type { RecordedAnswer } from './differential-group.ts';
import { idList, inIdOrder } from './id-list.ts';
import type { SearchCase } from './search-case.ts';

type Json = Readonly<Record<string, unknown>>;

export interface SearchAnswer extends RecordedAnswer {
  readonly status: number;
  /** `eq 12`; absent where hits were not counted. */
  readonly total?: string;
  readonly ids?: string;
  /** Of each hit, whatever the case asked for beyond its id: sort values, source, highlight, fields. */
  readonly shown?: string;
  /** Types of the error and of its root cause, where it was refused. */
  readonly error?: string;
}

/** Characters of what the hits show that are kept as they are; of longer ones the hash is. */
const MAX_SHOWN = 300;

export function searchAnswerOf(asked: SearchCase, response: Json): SearchAnswer {
  const status = Number(response['status'] ?? 200);
  if (status !== 200) return { status, error: errorTypes(response['error']) };
  const hits = response['hits'] as { total?: { value: number; relation: string }; hits: readonly Json[] };
  const shards = response['_shards'] as { failed: number; failures?: readonly Json[] };
  if (shards.failed > 0) return { status: 400, error: errorTypes(shards.failures?.[0]?.['reason']) };
  const ids = hits.hits.map((hit) => String(hit['_id']));
  const shown = hits.hits.map((hit) => shownOf(hit, asked));
  return {
    status,
    ...(hits.total === undefined ? {} : { total: `${hits.total.relation} ${hits.total.value}` }),
    ids: idList(asked.isOrdered ? ids : inIdOrder(ids)),
    ...(shown.some((one) => Object.keys(one).length > 0) ? { shown: shortened(encodeJson(inNameOrder(shown))) } : {}),
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

function shortened(text: string): string {
  return text.length <= MAX_SHOWN ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Outermost type and that of the root cause. */
function errorTypes(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { type, root_cause: roots } = error as { type: string; root_cause?: readonly Json[] };
  const root = roots?.[0]?.['type'];
  return root === undefined || root === type ? type : `${type} <- ${String(root)}`;
}

/** Members in the order of their names: an object has none of its own. */
function inNameOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inNameOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, inNameOrder(member)]));
}
