// checkpoint: state on its way back, part by part; what does not read as it was written is refused.

import { PipelineError } from '../errors/pipeline-error.ts';
import { MAX_ARRAY_BYTES, MAX_JSON_BYTES } from './limits.ts';
import { bytesOf, HEADER_BYTES, type NumericArray, type StateExchange, TAG } from './state-exchange.ts';

/** The next part, undefined after the last; its bytes are the reader's. */
export type GivePart = () => Promise<Uint8Array | undefined>;

const NOTHING = new Uint8Array(0);

/** Holds one part. `bytes`: how many all parts have; no length beyond what is left of them is believed. */
export class StateReader implements StateExchange {
  readonly isRestoring = true;
  readonly #give: GivePart;
  readonly #header = new Uint8Array(HEADER_BYTES);
  #left: number;
  #part: Uint8Array = NOTHING;
  #at = 0;

  constructor(give: GivePart, bytes: number) {
    this.#give = give;
    this.#left = bytes;
  }

  async number(_value: number): Promise<number> {
    return (await this.#readHeader(TAG.number)).first;
  }

  async numbers(_values: readonly number[]): Promise<number[]> {
    const { first } = await this.#readHeader(TAG.numbers);
    const array = new Float64Array(this.#lengthOf(first, MAX_ARRAY_BYTES, 8));
    await this.#read(bytesOf(array));
    return [...array];
  }

  async rows<K extends string>(_rows: readonly Readonly<Record<K, number>>[], names: readonly K[]) {
    const values = await this.numbers([]);
    if (values.length % names.length !== 0) throw damaged(`${values.length} numbers for rows of ${names.length}`);
    return Array.from({ length: values.length / names.length }, (_, row) => {
      const entries = names.map((name, k) => [name, values[row * names.length + k]]);
      return Object.fromEntries(entries) as Record<K, number>; // one entry per name, as many values as were counted
    });
  }

  async json<T>(_value: T): Promise<T> {
    const { first } = await this.#readHeader(TAG.json);
    const bytes = Buffer.alloc(this.#lengthOf(first, MAX_JSON_BYTES, 1));
    await this.#read(bytes);
    try {
      return JSON.parse(bytes.toString('utf8')) as T; // written by this method's twin, from a value of this type
    } catch {
      throw damaged(`${first} bytes that are no JSON`);
    }
  }

  async array<A extends NumericArray>(array: A, _used?: number): Promise<A> {
    const { first, second } = await this.#readHeader(TAG.array);
    const used = this.#lengthOf(first, MAX_ARRAY_BYTES, array.BYTES_PER_ELEMENT);
    const isLength = Number.isSafeInteger(second) && second >= first && second <= MAX_ARRAY_BYTES;
    if (!isLength || second % array.BYTES_PER_ELEMENT !== 0) {
      throw damaged(`an array of ${second} bytes, ${first} of them used; allowed: at most ${MAX_ARRAY_BYTES}`);
    }
    const create = array.constructor as new (length: number) => A; // A is one of the typed arrays
    const restored = new create(second / array.BYTES_PER_ELEMENT);
    await this.#read(bytesOf(restored).subarray(0, used * array.BYTES_PER_ELEMENT));
    return restored;
  }

  async contents(array: NumericArray): Promise<void> {
    const { first } = await this.#readHeader(TAG.contents);
    if (first !== array.byteLength) throw damaged(`${first} bytes where ${array.byteLength} belong`);
    await this.#read(bytesOf(array));
  }

  async #readHeader(tag: number): Promise<{ readonly first: number; readonly second: number }> {
    await this.#read(this.#header);
    const view = new DataView(this.#header.buffer);
    const seen = view.getUint8(0);
    if (seen !== tag) throw damaged(`a value of kind ${seen} where one of kind ${tag} belongs`);
    return { first: view.getFloat64(1, true), second: view.getFloat64(9, true) };
  }

  #lengthOf(bytes: number, maxBytes: number, unit: number): number {
    const most = Math.min(maxBytes, this.#left);
    if (Number.isSafeInteger(bytes) && bytes >= 0 && bytes <= most && bytes % unit === 0) return bytes / unit;
    throw damaged(`a value of ${bytes} bytes; allowed: at most ${most}, a multiple of ${unit}`);
  }

  async #read(into: Uint8Array): Promise<void> {
    for (let filled = 0; filled < into.length; ) {
      if (this.#at === this.#part.length) await this.#nextPart();
      const length = Math.min(into.length - filled, this.#part.length - this.#at);
      into.set(this.#part.subarray(this.#at, this.#at + length), filled);
      this.#at += length;
      filled += length;
    }
    this.#left -= into.length;
  }

  async #nextPart(): Promise<void> {
    const part = await this.#give();
    if (part === undefined || part.length === 0) throw damaged('its end where more belongs');
    this.#part = part;
    this.#at = 0;
  }
}

function damaged(seen: string): PipelineError {
  return new PipelineError('invalid-object', `checkpoint with ${seen}`, { permanent: true });
}
