// stack: what EventBridge does on AWS: one piece of work again and again, never twice at a time.

import type { Log } from '../../lib/log/log.ts';

export interface Schedule {
  /** Resolves when no work is under way; what was under way is told to stop. */
  stop(): Promise<void>;
}

export function startSchedule(options: {
  readonly everyMs: number;
  readonly work: (signal: AbortSignal) => Promise<unknown>;
  readonly log: Log;
}): Schedule {
  const { everyMs, work, log } = options;
  const controller = new AbortController();
  let underWay: Promise<void> | undefined;
  async function once(): Promise<void> {
    try {
      await work(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) log.error({ err: error }, 'scheduled work failed; it is tried again in its time');
    } finally {
      underWay = undefined;
    }
  }
  const timer = setInterval(() => {
    underWay ??= once();
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      controller.abort();
      await underWay;
    },
  };
}
