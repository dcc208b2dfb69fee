// checkpoint: the one way state leaves an object and comes back: every field is passed through, in the same order both times.

export type NumericArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/**
 * Saving, each call stores the value that it is given and gives it back; restoring, it gives back what was stored. So one
 * method of a class, `this.#now = await state.number(this.#now)`, does both, and they cannot drift apart. What is restored
 * must have been made with the same options. Bytes are in the processor's own order: little-endian wherever Node runs.
 */
export interface StateExchange {
  readonly isRestoring: boolean;
  /** Exact, infinities and −0 too. */
  number(value: number): Promise<number>;
  numbers(values: readonly number[]): Promise<number[]>;
  /** Flat objects of the named numbers. */
  rows<K extends string>(
    rows: readonly Readonly<Record<K, number>>[],
    names: readonly K[],
  ): Promise<Record<K, number>[]>;
  /** What JSON holds exactly: for small things that are not all numbers. */
  json<T>(value: T): Promise<T>;
  /** A whole array, restored as a new one of the same length; only its first `used` elements are kept, zeros follow. */
  array<A extends NumericArray>(array: A, used?: number): Promise<A>;
  /** The contents of an array (or a part of one), restored in place. */
  contents(array: NumericArray): Promise<void>;
}

export function bytesOf(array: NumericArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Before each value stands what it is: a reader that has lost its way notices it. */
export const TAG = { number: 1, numbers: 2, json: 3, array: 4, contents: 5 } as const;
/** Tag, and two numbers: a value, or how many bytes follow of how many. */
export const HEADER_BYTES = 17;
