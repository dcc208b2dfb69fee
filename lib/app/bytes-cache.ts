// app: what was made of the same bytes before: many conversations begin alike. It changes how fast facts are made, not what they are.

const FNV_PRIME = 0x0100_0193;
const FNV_BASIS = 0x811c_9dc5;
/** Keys that share a place. */
const WAYS = 4;

interface Entry<T> {
  readonly key: Buffer;
  readonly value: T;
}

/** At most `maxEntries`, with keys of up to `maxKeyBytes`; of those that share a place the longest unasked for gives way. */
export class BytesCache<T> {
  /** Each place's entries, the one last asked for first. */
  readonly #entries: (Entry<T> | undefined)[];
  readonly #maxKeyBytes: number;
  readonly #lastPlace: number;

  /** @param maxEntries a power of two. */
  constructor(maxEntries: number, maxKeyBytes: number) {
    this.#entries = new Array<undefined>(maxEntries).fill(undefined);
    this.#maxKeyBytes = maxKeyBytes;
    this.#lastPlace = maxEntries / WAYS - 1;
  }

  /** What `make` makes of `bytes`, which it must know nothing else than; the value keeps no view of them. */
  get(bytes: Uint8Array, make: (bytes: Uint8Array) => T): T {
    if (bytes.length > this.#maxKeyBytes) return make(bytes);
    const first = (placeOf(bytes) & this.#lastPlace) * WAYS;
    for (let way = 0; way < WAYS; way += 1) {
      const entry = this.#entries[first + way];
      if (entry?.key.equals(bytes) !== true) continue;
      if (way > 0) this.#putFirst(first, way, entry);
      return entry.value;
    }
    // A buffer of its own: a piece of Node's pool would hold all of it.
    const key = Buffer.allocUnsafeSlow(bytes.length);
    key.set(bytes);
    const value = make(bytes);
    this.#putFirst(first, WAYS - 1, { key, value });
    return value;
  }

  /** Those before `way` move up. */
  #putFirst(first: number, way: number, entry: Entry<T>): void {
    const entries = this.#entries;
    for (let at = first + way; at > first; at -= 1) entries[at] = entries[at - 1];
    entries[first] = entry;
  }
}

function placeOf(bytes: Uint8Array): number {
  let hash = FNV_BASIS;
  for (let at = 0; at < bytes.length; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
  return hash ^ (hash >>> 15);
}
