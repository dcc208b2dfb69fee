// differential: what of an answer to a REST request two engines must agree on: all but clocks, ids made up on the way, sizes and words.
import { encodeJson } from '../../local/opensearch/request/json-text.ts';

type Json = Readonly<Record<string, unknown>>;

export interface RestAnswer {
  readonly status: number;
  /** Type of the error and of its root cause. */
  readonly error?: string;
  readonly body?: unknown;
  /** The words of a refusal; ours only. */
  readonly reason?: string;
}

/** Made up by the engine, or about the machine. */
const VOLATILE = new Set([
  ...[
    'took',
    '_shards',
    'index_uuid',
    'uuid',
    'creation_date',
    'creation_date_string',
    'version',
    'pit_id',
    'max_score',
  ],
  ...['creation_time', '_scroll_id', 'shard', 'node', 'name', 'cluster_name', 'cluster_uuid', 'tagline', '_score'],
  ...[
    'store.size',
    'pri.store.size',
    'throttled_millis',
    'throttled_until_millis',
    'requests_per_second',
    'replication',
  ],
  ...[
    'discovered_master',
    'discovered_cluster_manager',
    'number_of_replicas',
    'rep',
    'provided_name',
    'number_of_shards',
  ],
  ...['active_shards', 'active_primary_shards', 'unassigned_shards', 'active_shards_percent_as_number'],
  ...[
    'task_max_waiting_in_queue_millis',
    'number_of_pending_tasks',
    'batches',
    'shards_acknowledged',
    'health',
    'terminated_early',
  ],
]);
/** Ids that an engine makes up: twenty characters of base64. */
const MADE_UP = /^[A-Za-z0-9_-]{20}$/;

export function restAnswerOf(status: number, body: Json, isOurs: boolean): RestAnswer {
  const { error } = body;
  if (error === undefined) return { status, body: lasting(body) };
  const reason = isOurs ? { reason: encodeJson(error) } : {};
  return { status, error: errorTypes(error), ...reason };
}

function errorTypes(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'text';
  const { type, root_cause: roots } = error as { type: string; root_cause?: readonly Json[] };
  const root = roots?.[0]?.['type'];
  return root === undefined || root === type ? type : `${type} <- ${String(root)}`;
}

/** The body without what changes, members in the order of their names. */
function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting);
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' && MADE_UP.test(value) ? 'made-up' : value;
  const members = Object.entries(value)
    .filter(([name]) => !VOLATILE.has(name))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(
    members.map(([name, member]) => [name, name === 'error' ? errorTypes(member) : lasting(member)]),
  );
}
