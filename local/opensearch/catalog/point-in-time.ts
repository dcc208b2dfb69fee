// local/opensearch/catalog: points in time: a name for a set of indexes.
// Documents are only added or replaced by id and a page is ordered by stable keys, so a search with a PIT reads what is
// committed now; OpenSearch would read what was there when the PIT was made.
import { randomUUID } from 'node:crypto';
import { illegalArgument, invalidRequest, ResponseError } from '../request/response-error.ts';
import { timeValueMs } from '../request/time-value.ts';
import type { Index, IndexCatalog } from './index-catalog.ts';

const MAX_OPEN = 300;

interface PointInTime {
  readonly id: string;
  readonly names: readonly string[];
  readonly createdMs: number;
  readonly endsMs: number;
}

export class PointsInTime {
  private readonly open = new Map<string, PointInTime>();
  private readonly catalog: IndexCatalog;

  constructor(catalog: IndexCatalog) {
    this.catalog = catalog;
  }

  create(expression: string, keepAlive: string | undefined): PointInTime {
    if (keepAlive === undefined) throw invalidRequest('keep alive not specified');
    const lastsMs = durationMs(keepAlive);
    const now = Date.now();
    for (const pit of this.open.values()) if (pit.endsMs < now) this.open.delete(pit.id);
    if (this.open.size >= MAX_OPEN) {
      throw new ResponseError(
        429,
        'rejected_execution_exception',
        `Trying to create too many Point In Time contexts. Must be less than or equal to: [${MAX_OPEN}].`,
      );
    }
    const names = this.catalog.resolve(expression).map((index) => index.name);
    const pit = { id: randomUUID(), names, createdMs: now, endsMs: now + lastsMs };
    this.open.set(pit.id, pit);
    return pit;
  }

  indexesOf(id: string): Index[] {
    const pit = this.open.get(id);
    if (pit === undefined || pit.endsMs < Date.now()) {
      const cause = { type: 'search_context_missing_exception', reason: `No search context found for id [${id}]` };
      throw new ResponseError(404, 'search_phase_execution_exception', 'all shards failed', {
        ...{ root_cause: [cause], phase: 'query', grouped: true },
        ...{ failed_shards: [{ shard: 0, reason: cause }], caused_by: cause },
      });
    }
    return pit.names.flatMap((name) => this.catalog.indexes.get(name) ?? []);
  }

  delete(ids: readonly string[] | undefined): readonly { readonly pit_id: string; readonly successful: boolean }[] {
    return (ids ?? [...this.open.keys()]).map((id) => ({
      pit_id: id,
      successful: this.open.delete(id) || ids !== undefined,
    }));
  }
}

function durationMs(text: string): number {
  const ms = timeValueMs(text);
  if (ms === undefined)
    throw illegalArgument(`failed to parse setting [keep_alive] with value [${text}] as a time value`);
  return ms;
}
