// checkpoint: state on its way out: bytes in parts of fixed size, handed on one by one.

import { PipelineError } from '../errors/pipeline-error.ts';
import { MAX_PARTS, PART_BYTES } from './limits.ts';
import { bytesOf, HEADER_BYTES, type NumericArray, type StateExchange, TAG } from './state-exchange.ts';

/** Uses a part's bytes until it resolves: afterwards they change. */
export type TakePart = (part: Uint8Array) => Promise<void>;

/** Holds one part; waits for whoever takes it. */
export class StateWriter implements StateExchange {
  readonly isRestoring = false;
  /** Bytes written so far. */
  bytes = 0;
  readonly #part: Uint8Array;
  readonly #take: TakePart;
  readonly #header = new DataView(new ArrayBuffer(HEADER_BYTES));
  #filled = 0;
  #parts = 0;

  constructor(take: TakePart, partBytes = PART_BYTES) {
    this.#take = take;
    this.#part = new Uint8Array(partBytes);
  }

  async number(value: number): Promise<number> {
    await this.#writeHeader(TAG.number, value, 0);
    return value;
  }

  async numbers(values: readonly number[]): Promise<number[]> {
    const array = Float64Array.from(values);
    await this.#writeHeader(TAG.numbers, array.byteLength, array.byteLength);
    await this.#write(bytesOf(array));
    return [...values];
  }

  async rows<K extends string>(rows: readonly Readonly<Record<K, number>>[], names: readonly K[]) {
    await this.numbers(rows.flatMap((row) => names.map((name) => row[name])));
    return rows.map((row) => ({ ...row }));
  }

  async json<T>(value: T): Promise<T> {
    const bytes = Buffer.from(JSON.stringify(value));
    await this.#writeHeader(TAG.json, bytes.length, bytes.length);
    await this.#write(bytes);
    return value;
  }

  async array<A extends NumericArray>(array: A, used: number = array.length): Promise<A> {
    const usedBytes = used * array.BYTES_PER_ELEMENT;
    await this.#writeHeader(TAG.array, usedBytes, array.byteLength);
    await this.#write(bytesOf(array).subarray(0, usedBytes));
    return array;
  }

  async contents(array: NumericArray): Promise<void> {
    await this.#writeHeader(TAG.contents, array.byteLength, array.byteLength);
    await this.#write(bytesOf(array));
  }

  /** Hands on the last part. */
  async finish(): Promise<void> {
    if (this.#filled > 0) await this.#handOn();
  }

  #writeHeader(tag: number, first: number, second: number): Promise<void> {
    const header = this.#header;
    header.setUint8(0, tag);
    header.setFloat64(1, first, true);
    header.setFloat64(9, second, true);
    return this.#write(bytesOf(new Uint8Array(header.buffer)));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const length = Math.min(bytes.length - at, this.#part.length - this.#filled);
      this.#part.set(bytes.subarray(at, at + length), this.#filled);
      this.#filled += length;
      at += length;
      if (this.#filled === this.#part.length) await this.#handOn();
    }
  }

  async #handOn(): Promise<void> {
    if (++this.#parts > MAX_PARTS) {
      const message = `a state of more than ${this.bytes} bytes; allowed: ${MAX_PARTS} parts of ${this.#part.length}`;
      throw new PipelineError('limit-exceeded', message, { permanent: true });
    }
    const filled = this.#filled;
    this.#filled = 0;
    await this.#take(this.#part.subarray(0, filled));
  }
}
