// triton: a bounded number of requests at work and a bounded number that wait, first come, first served.

import { PipelineError } from '../errors/pipeline-error.ts';

export interface RequestGate {
  /**
   * Runs `work` when it is its turn, and gives its place to the next one when it has settled.
   * Rejects with `model-unavailable` when too many wait, and with the signal's reason when it fires before the turn.
   */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Those that wait are rejected, as everything that comes later. */
  close(error: PipelineError): void;
}

interface Waiter {
  readonly enter: () => void;
  readonly refuse: (error: unknown) => void;
}

export function createRequestGate(maxRunning: number, maxQueued: number): RequestGate {
  const waiting: Waiter[] = [];
  let running = 0;
  let closed: PipelineError | undefined;

  function turn(signal: AbortSignal): Promise<void> {
    if (closed !== undefined) return Promise.reject(closed);
    if (signal.aborted) return Promise.reject(signal.reason);
    if (running < maxRunning) {
      running += 1;
      return Promise.resolve();
    }
    if (waiting.length >= maxQueued) {
      const message = `${waiting.length} requests are waiting for the model server, ${maxQueued} are allowed`;
      return Promise.reject(new PipelineError('model-unavailable', message, { permanent: false }));
    }
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        const at = waiting.indexOf(waiter);
        if (at >= 0) waiting.splice(at, 1);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        enter: () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
        refuse: (error) => {
          signal.removeEventListener('abort', giveUp);
          reject(error);
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.push(waiter);
    });
  }

  return {
    run: async (signal, work) => {
      await turn(signal);
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next.enter();
      }
    },
    close: (error) => {
      closed = error;
      for (const waiter of waiting.splice(0)) waiter.refuse(error);
    },
  };
}
