// api: how many replies of streamed bytes are under way at once.

import { ProblemError } from './problem.ts';
import type { Handled } from './route.ts';

type Streamed = Handled & { readonly stream: AsyncIterable<Uint8Array> };

export interface StreamSlots {
  /** A slot from now until the reply's stream has ended. @throws ProblemError `too-many-requests` where none is free. */
  use(make: () => Promise<Streamed>): Promise<Streamed>;
}

export function createStreamSlots(max: number): StreamSlots {
  let taken = 0;
  return {
    async use(make) {
      if (taken >= max) {
        const message = `${max} downloads are under way already: try again when one has ended.`;
        throw new ProblemError('too-many-requests', message, { headers: { 'Retry-After': '5' } });
      }
      taken += 1;
      let isFree = false;
      const release = () => {
        if (!isFree) taken -= 1;
        isFree = true;
      };
      try {
        const made = await make();
        return { ...made, stream: releasing(made.stream, release) };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

/** Not a generator function: one that nobody has asked for anything runs no `finally`. */
function releasing(stream: AsyncIterable<Uint8Array>, release: () => void): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const blocks = stream[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const next = await blocks.next();
            if (next.done === true) release();
            return next;
          } catch (error) {
            release();
            throw error;
          }
        },
        async return() {
          release();
          await blocks.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
