// local/opensearch/search: points in time: a set of indexes as they were at one moment, until nobody asks for it any more.
import { randomUUID } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { IndexCatalog } from '../catalog/index-catalog.ts';
import type { Database } from '../database/database.ts';
import type { Snapshot } from '../database/snapshot.ts';
import type { PendingWrites } from '../document/pending-writes.ts';
import { illegalArgument, indexNotFound, invalidRequest, ResponseError } from '../request/response-error.ts';
import { timeValueMs } from '../request/time-value.ts';
import { type SearchTarget, searchFailure, searchTargets } from './search-target.ts';

const MAX_OPEN = 300;
const MAX_KEEP_ALIVE_MS = 86_400_000;

export interface PointInTime {
  readonly id: string;
  readonly createdMs: number;
  /** Indexes with the columns that they had. */
  readonly targets: readonly SearchTarget[];
}

interface OpenPoint extends PointInTime {
  readonly snapshot: Snapshot;
  keepAliveMs: number;
  timer: NodeJS.Timeout | undefined;
}

export class PointsInTime {
  private readonly open = new Map<string, OpenPoint>();
  private readonly catalog: IndexCatalog;
  private readonly database: Database;
  private readonly pending: PendingWrites;
  /** Points that are being made. */
  private making = 0;

  constructor(catalog: IndexCatalog, database: Database, pending: PendingWrites) {
    this.catalog = catalog;
    this.database = database;
    this.pending = pending;
  }

  async create(expression: string, keepAlive: string | undefined): Promise<PointInTime> {
    if (keepAlive === undefined) throw invalidRequest('keep alive not specified');
    const keepAliveMs = keepAliveOf(keepAlive);
    const indexes = this.catalog.resolve(expression);
    if (this.open.size + this.making >= MAX_OPEN) {
      throw new ResponseError(
        429,
        'rejected_execution_exception',
        `Trying to create too many Point In Time contexts. Must be less than or equal to: [${MAX_OPEN}].`,
      );
    }
    this.making += 1;
    try {
      await this.pending.makeVisible(indexes);
      const targets = searchTargets(indexes);
      const snapshot = await this.database.hold();
      const point: OpenPoint = {
        ...{ id: randomUUID(), createdMs: Date.now(), targets, snapshot },
        ...{ keepAliveMs, timer: undefined },
      };
      this.open.set(point.id, point);
      this.keep(point);
      return point;
    } finally {
      this.making -= 1;
    }
  }

  /** Runs `work` on the data of that moment; the point lives on for `keepAlive` at least, from now. */
  async read<T>(
    id: string,
    keepAlive: string | undefined,
    work: (connection: DuckDBConnection, targets: readonly SearchTarget[]) => Promise<T>,
  ): Promise<T> {
    const point = this.open.get(id);
    if (point === undefined || point.snapshot.isLost) throw missingPoint(id);
    for (const { index } of point.targets)
      if (this.catalog.indexes.get(index.name) !== index) throw indexNotFound(index.name);
    if (keepAlive !== undefined) point.keepAliveMs = Math.max(point.keepAliveMs, askedIn(point, keepAlive));
    clearTimeout(point.timer);
    try {
      return await point.snapshot.read((connection) => {
        if (point.snapshot.isLost) throw missingPoint(id);
        return work(connection, point.targets);
      });
    } finally {
      if (this.open.has(id)) this.keep(point);
    }
  }

  private keep(point: OpenPoint): void {
    clearTimeout(point.timer);
    point.timer = setTimeout(() => this.close(point.id), point.keepAliveMs).unref();
  }

  private close(id: string): boolean {
    const point = this.open.get(id);
    if (point === undefined) return false;
    clearTimeout(point.timer);
    this.open.delete(id);
    void point.snapshot.close();
    return true;
  }

  delete(ids: readonly string[] | undefined): readonly { readonly pit_id: string; readonly successful: boolean }[] {
    return (ids ?? [...this.open.keys()]).map((id) => ({
      pit_id: id,
      successful: this.close(id) || ids !== undefined,
    }));
  }
}

/** Of a search: what is too long there is its failure. */
function askedIn({ targets: [first] }: PointInTime, keepAlive: string): number {
  try {
    return keepAliveOf(keepAlive);
  } catch (error) {
    throw first !== undefined && error instanceof ResponseError ? searchFailure(error, first.index) : error;
  }
}

function missingPoint(id: string): ResponseError {
  const cause = { type: 'search_context_missing_exception', reason: `No search context found for id [${id}]` };
  return new ResponseError(404, 'search_phase_execution_exception', 'all shards failed', {
    ...{ root_cause: [cause], phase: 'query', grouped: true },
    ...{ failed_shards: [{ shard: 0, reason: cause }], caused_by: cause },
  });
}

function keepAliveOf(text: string): number {
  const ms = timeValueMs(text);
  if (ms === undefined)
    throw illegalArgument(`failed to parse setting [keep_alive] with value [${text}] as a time value`);
  if (ms > MAX_KEEP_ALIVE_MS)
    throw illegalArgument(
      `Keep alive for request (${text}) is too large. It must be less than (1d). This limit can be set by changing the [point_in_time.max_keep_alive] cluster level setting.`,
    );
  return ms;
}
