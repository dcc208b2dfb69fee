// app: what was made of the same bytes before: many conversations begin alike. It changes how fast facts are made, not what they are.

/** Bytes of a key that decide its place; whether it is the same is asked of all of them. */
const SAMPLES = 64;
const FNV_PRIME = 0x0100_0193;
const FNV_BASIS = 0x811c_9dc5;

interface Entry<T> {
  readonly key: Buffer;
  readonly value: T;
}

/** Of keys that fall on one place the latest stays: at most `places` of them, of up to `maxKeyBytes` each. */
export class BytesCache<T> {
  readonly #entries: (Entry<T> | undefined)[];
  readonly #maxKeyBytes: number;

  /** @param places a power of two. */
  constructor(places: number, maxKeyBytes: number) {
    this.#entries = new Array<undefined>(places).fill(undefined);
    this.#maxKeyBytes = maxKeyBytes;
  }

  /** What `make` makes of `bytes`, which it must know nothing else than; the value keeps no view of them. */
  get(bytes: Uint8Array, make: (bytes: Uint8Array) => T): T {
    if (bytes.length > this.#maxKeyBytes) return make(bytes);
    const place = placeOf(bytes) & (this.#entries.length - 1);
    const entry = this.#entries[place];
    if (entry?.key.equals(bytes) === true) return entry.value;
    const value = make(bytes);
    // A buffer of its own: a piece of Node's pool would hold all of it.
    const key = Buffer.allocUnsafeSlow(bytes.length);
    key.set(bytes);
    this.#entries[place] = { key, value };
    return value;
  }
}

function placeOf(bytes: Uint8Array): number {
  const step = Math.max(1, Math.floor(bytes.length / SAMPLES));
  let hash = FNV_BASIS ^ bytes.length;
  for (let at = 0; at < bytes.length; at += step) hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
  return hash ^ (hash >>> 15);
}
