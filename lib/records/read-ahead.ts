// records: results in order, the next ones already on their way, within a number and a sum of bytes.

export interface ReadAheadLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
}

interface Started<R> {
  readonly bytes: number;
  readonly result: Promise<R>;
}

/**
 * One call of `read` for each item, several at once, results in the items' order. What is under way together has at
 * most `maxBytes`, but always one item is. Whoever stops early, or a failure, ends the others through their signal.
 */
export async function* readAhead<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  read: (item: T, signal: AbortSignal) => Promise<R>,
  bytesOf: (item: T) => number,
  { maxItems, maxBytes }: ReadAheadLimits,
  signal: AbortSignal,
): AsyncGenerator<R> {
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const started: Started<R>[] = [];
  let waiting: T | undefined;
  let hasWaiting = false;
  let isDrained = false;
  let bytes = 0;
  try {
    for (;;) {
      while (!isDrained && started.length < maxItems) {
        if (!hasWaiting) {
          const next = await source.next();
          if (next.done === true) {
            isDrained = true;
            break;
          }
          waiting = next.value;
          hasWaiting = true;
        }
        const item = waiting as T; // hasWaiting says that it is one
        const size = bytesOf(item);
        if (started.length > 0 && bytes + size > maxBytes) break;
        hasWaiting = false;
        bytes += size;
        const result = read(item, either);
        result.catch(() => {}); // told when its turn comes, or not at all
        started.push({ bytes: size, result });
      }
      const oldest = started.shift();
      if (oldest === undefined) return;
      yield await oldest.result;
      bytes -= oldest.bytes;
    }
  } finally {
    ended.abort();
    await source.return?.();
  }
}
