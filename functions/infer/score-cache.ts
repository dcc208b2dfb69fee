// infer: scores of inputs by what they are made of, so that an input is scored once, in a chunk and across chunks.

import { createHash } from 'node:crypto';

/** At a hundred bytes of probabilities and about as many of key: 10 MiB. */
const MAX_SCORES = 32_768;

export interface ScoreCache {
  get(key: string): Float32Array | undefined;
  /** Beyond MAX_SCORES the one longest unasked for goes. */
  set(key: string, probabilities: Float32Array): void;
}

/** Token ids as a key; captures are written by attackers, so it is a hash that nobody finds a second input for. */
export function sequenceKey(ids: Int32Array): string {
  const bytes = new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength);
  return createHash('sha256').update(bytes).digest('base64');
}

export function createScoreCache(maxScores = MAX_SCORES): ScoreCache {
  // In the order of their latest use: a Map keeps the order of insertion.
  const scores = new Map<string, Float32Array>();
  return {
    get: (key) => {
      const found = scores.get(key);
      if (found === undefined) return undefined;
      scores.delete(key);
      scores.set(key, found);
      return found;
    },
    set: (key, probabilities) => {
      scores.delete(key);
      scores.set(key, probabilities);
      if (scores.size <= maxScores) return;
      for (const oldest of scores.keys()) {
        scores.delete(oldest);
        break;
      }
    },
  };
}
