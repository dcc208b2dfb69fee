// app: what was made of the same bytes before: many conversations begin alike. It changes how fast facts are made, not what they are.

const FNV_PRIME = 0x0100_0193;
const FNV_BASIS = 0x811c_9dc5;
/** Keys that share a place. */
const WAYS = 4;

interface Entry<T> {
  /** Where its key lies in the keys' memory; -1 bytes of it where nothing is remembered yet. */
  readonly start: number;
  length: number;
  value: T | undefined;
}

/** At most `maxEntries`, with keys of up to `maxKeyBytes`; of those that share a place the longest unasked for gives way. */
export class BytesCache<T> {
  readonly #keys: Buffer;
  /** Each place's entries, the one last asked for first. */
  readonly #entries: Entry<T>[];
  readonly #maxKeyBytes: number;
  readonly #lastPlace: number;

  /** @param maxEntries a power of two. */
  constructor(maxEntries: number, maxKeyBytes: number) {
    this.#keys = Buffer.alloc(maxEntries * maxKeyBytes);
    this.#entries = Array.from({ length: maxEntries }, (_, i) => ({
      start: i * maxKeyBytes,
      length: -1,
      value: undefined,
    }));
    this.#maxKeyBytes = maxKeyBytes;
    this.#lastPlace = maxEntries / WAYS - 1;
  }

  /** What `make` makes of `bytes`, which it must know nothing else than; the value keeps no view of them. */
  get(bytes: Uint8Array, make: (bytes: Uint8Array) => T): T {
    if (bytes.length > this.#maxKeyBytes) return make(bytes);
    const first = (placeOf(bytes) & this.#lastPlace) * WAYS;
    for (let at = first; at < first + WAYS; at += 1) {
      const entry = this.#entries[at];
      if (entry === undefined || !this.#isKey(entry, bytes)) continue;
      this.#putFirst(first, at, entry);
      return entry.value as T; // given with the key
    }
    const value = make(bytes);
    const last = this.#entries[first + WAYS - 1];
    if (last === undefined) return value;
    this.#keys.set(bytes, last.start);
    last.length = bytes.length;
    last.value = value;
    this.#putFirst(first, first + WAYS - 1, last);
    return value;
  }

  #isKey({ start, length }: Entry<T>, bytes: Uint8Array): boolean {
    return length === bytes.length && this.#keys.compare(bytes, 0, length, start, start + length) === 0;
  }

  /** Those before it move up. */
  #putFirst(first: number, from: number, entry: Entry<T>): void {
    const entries = this.#entries;
    for (let at = from; at > first; at -= 1) entries[at] = entries[at - 1] as Entry<T>; // all places have entries
    entries[first] = entry;
  }
}

function placeOf(bytes: Uint8Array): number {
  let hash = FNV_BASIS;
  for (let at = 0; at < bytes.length; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
  return hash ^ (hash >>> 15);
}
