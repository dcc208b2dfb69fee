// app: reads numbers and pieces of bounded bytes in order; past the end it gives undefined and stays there.

const NOTHING = new Uint8Array();

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  /** Reads `[from, to)`, or up to where the bytes end. */
  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bytes = bytes;
    this.#end = Math.min(to, bytes.length);
    this.#at = Math.min(from, this.#end + 1);
  }

  /** Position in the bytes; behind the end once something was missing. */
  get at(): number {
    return this.#at;
  }

  get remaining(): number {
    return Math.max(0, this.#end - this.#at);
  }

  /** True once a read met the end. */
  get isPastEnd(): boolean {
    return this.#at > this.#end;
  }

  /** Big-endian unsigned number of 1–4 bytes. */
  number(length: number): number | undefined {
    if (!this.skip(length)) return undefined;
    let value = 0;
    for (let i = this.#at - length; i < this.#at; i += 1) value = value * 256 + (this.#bytes[i] ?? 0);
    return value;
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array | undefined {
    return this.skip(length) ? this.#bytes.subarray(this.#at - length, this.#at) : undefined;
  }

  /** A view of what remains of the next `length` bytes, however many there are. */
  rest(length: number): Uint8Array {
    const start = this.#at;
    this.skip(length);
    return start >= this.#end ? NOTHING : this.#bytes.subarray(start, Math.min(start + length, this.#end));
  }

  /** False where fewer bytes are left. */
  skip(length: number): boolean {
    if (this.#at + length <= this.#end) {
      this.#at += length;
      return true;
    }
    this.#at = this.#end + 1;
    return false;
  }

  /** A reader of the vector that follows its own length of `lengthBytes` bytes; it ends early where the bytes do. */
  vector(lengthBytes: number): ByteReader {
    const length = this.number(lengthBytes) ?? 0;
    const from = this.#at;
    this.skip(length);
    return new ByteReader(this.#bytes, from, Math.min(from + length, this.#end));
  }
}

export function createByteReader(bytes: Uint8Array): ByteReader {
  return new ByteReader(bytes);
}
