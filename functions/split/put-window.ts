// split: a few uploads at once, and the first failure told to whoever asks next.

import type { ObjectStore } from '../../lib/s3/object-store.ts';

/** Uploads at once. */
const MAX_PUTS = 4;

export class PutWindow {
  readonly #store: ObjectStore;
  readonly #pending: Promise<unknown>[] = [];

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Begins an upload; waits for the oldest one while there are too many. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    if (this.#pending.length >= MAX_PUTS) await this.#pending.shift();
    const upload = this.#store.put(key, bytes, { contentType: 'application/octet-stream' });
    // Told by `put` or `settle`; until then it is not an unhandled rejection.
    upload.catch(() => undefined);
    this.#pending.push(upload);
  }

  /** Resolves when all is stored. */
  async settle(): Promise<void> {
    await Promise.all(this.#pending.splice(0));
  }
}
