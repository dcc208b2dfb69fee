// s3 outbox: brings stored events to their queues, again and again until each queue has them; one loop per queue.
import { setTimeout } from 'node:timers/promises';
import type { Catalogue } from './catalogue.ts';
import type { OutgoingEvent } from './tables/outbox.ts';

export interface OutboxOptions {
  readonly catalogue: Catalogue;
  /** Resolves once the queue has stored the message. */
  readonly deliver: (target: string, body: string) => Promise<void>;
  /** Told of each failed try; the event stays. */
  readonly onFailure?: (target: string, error: unknown) => void;
}

export interface Outbox {
  /** Look for new events for these targets. */
  wake(targets: readonly string[]): void;
  /** Stop sending; what is not delivered stays stored. */
  close(): Promise<void>;
}

const BATCH = 8;
const TRIES_BEFORE_OTHERS = 4;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
const DELIVERY_TIMEOUT_MS = 30_000;
const CLOSE_GRACE_MS = 1_000;

export function startOutbox(options: OutboxOptions): Outbox {
  const { catalogue } = options;
  const loops = new Map<string, Promise<void>>();
  const stop = new AbortController();
  let closed = false;

  const report = (target: string, error: unknown) => options.onFailure?.(target, error);
  /** Send until nothing waits for this target. */
  const drain = async (target: string) => {
    let failures = 0;
    let passed = 0;
    while (!stop.signal.aborted) {
      const batch = catalogue.outbox.waiting(target, passed, BATCH);
      if (batch.length === 0 && passed === 0) return;
      const lost = await sendAll(batch, options.deliver, report);
      if (closed) return;
      const delivered = batch.filter((event) => !lost.includes(event)).map((event) => event.id);
      if (delivered.length > 0) catalogue.transaction(() => catalogue.outbox.remove(delivered));
      if (batch.length > 0 && lost.length === 0) {
        failures = 0;
        continue;
      }
      // A queue that is down gets its oldest events again; single events that it refuses do not hold up the others.
      failures = delivered.length > 0 ? 1 : failures + 1;
      const passOver = delivered.length > 0 || failures % TRIES_BEFORE_OTHERS === 0;
      passed = passOver ? (lost.at(-1)?.id ?? 0) : 0;
      await pause(Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS), stop.signal);
    }
  };
  const wake = (targets: readonly string[]) => {
    for (const target of targets) {
      if (stop.signal.aborted || loops.has(target)) continue;
      const loop = drain(target)
        .catch((error) => {
          report(target, error);
          return pause(LONGEST_PAUSE_MS, stop.signal);
        })
        .then(() => {
          loops.delete(target);
          if (!stop.signal.aborted && catalogue.outbox.waiting(target, 0, 1).length > 0) wake([target]);
        });
      loops.set(target, loop);
    }
  };
  wake(catalogue.outbox.targets());
  return {
    wake,
    async close() {
      stop.abort();
      await Promise.race([Promise.allSettled(loops.values()), pause(CLOSE_GRACE_MS, undefined)]);
      closed = true;
    },
  };
}

/** Send a few events at once; returns those that the queue did not take. */
async function sendAll(
  events: readonly OutgoingEvent[],
  deliver: OutboxOptions['deliver'],
  report: (target: string, error: unknown) => void,
): Promise<readonly OutgoingEvent[]> {
  const outcomes = await Promise.all(
    events.map(async (event) => {
      try {
        await inTime(deliver(event.target, event.body));
        return undefined;
      } catch (error) {
        report(event.target, error);
        return event;
      }
    }),
  );
  return outcomes.filter((event) => event !== undefined);
}

async function inTime(delivery: Promise<void>): Promise<void> {
  const done = new AbortController();
  const tooLate = pause(DELIVERY_TIMEOUT_MS, done.signal).then(() => {
    if (!done.signal.aborted) throw new Error(`the queue did not answer within ${DELIVERY_TIMEOUT_MS} ms`);
  });
  try {
    await Promise.race([delivery, tooLate]);
  } finally {
    done.abort();
  }
}

/** Wait; an aborted wait ends early. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(ms, undefined, { ref: false, ...(signal ? { signal } : {}) }).catch(() => undefined);
}
