// s3 tables, outbox: events that are stored with the object that caused them, and stay until their queue has them.
import type { DatabaseSync } from 'node:sqlite';

export interface OutgoingEvent {
  readonly id: number;
  readonly target: string;
  readonly body: string;
}

export interface OutboxTable {
  add(target: string, body: string): void;
  /** Targets that have events waiting. */
  targets(): readonly string[];
  /** The oldest events for a target after the one numbered `afterId`. */
  waiting(target: string, afterId: number, limit: number): readonly OutgoingEvent[];
  remove(ids: readonly number[]): void;
}

export function createOutboxTable(database: DatabaseSync): OutboxTable {
  const add = database.prepare('INSERT INTO outbox (target, body) VALUES (?, ?)');
  const targets = database.prepare('SELECT DISTINCT target FROM outbox');
  const waiting = database.prepare(
    'SELECT id, target, body FROM outbox WHERE target = ? AND id > ? ORDER BY id LIMIT ?',
  );
  const remove = database.prepare('DELETE FROM outbox WHERE id = ?');
  return {
    add(target, body) {
      add.run(target, body);
    },
    targets: () => targets.all().map((row) => String(row['target'])),
    waiting: (target, afterId, limit) =>
      waiting
        .all(target, afterId, limit)
        .map((row) => ({ id: Number(row['id']), target: String(row['target']), body: String(row['body']) })),
    remove(ids) {
      for (const id of ids) remove.run(id);
    },
  };
}
