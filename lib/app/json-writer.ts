// app: JSON written into memory that is used again, for facts that come too often to be made as objects first.

/** A single write needs no more than this. */
const MAX_WRITE_BYTES = 8192;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;

/** A piece of JSON that is always the same. */
export function jsonLiteral(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

const MAX_REMEMBERED = 1024;

/** Pieces of JSON that follow from a number, made once; at most 1,024 are remembered. */
export class JsonLiterals {
  readonly #known = new Map<number, Uint8Array>();
  readonly #make: (code: number) => string;

  constructor(make: (code: number) => string) {
    this.#make = make;
  }

  get(code: number): Uint8Array {
    const known = this.#known.get(code);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    const made = jsonLiteral(this.#make(code));
    this.#known.set(code, made);
    return made;
  }
}

/**
 * Holds one JSON text of up to `maxBytes`; of a longer one only that it is too long. Who writes bytes of his own from
 * `length` on asks `isFull` before, and writes no more than 8 KiB at once.
 */
export class JsonWriter {
  readonly bytes: Buffer;
  length = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    // A character of a value's text takes up to three bytes.
    this.bytes = Buffer.alloc(3 * maxBytes + MAX_WRITE_BYTES);
  }

  /** True once there was more than there is room for: nothing further is written. */
  get isFull(): boolean {
    return this.length > this.#maxBytes;
  }

  literal(json: Uint8Array): void {
    if (this.isFull) return;
    this.bytes.set(json, this.length);
    this.length += json.length;
  }

  /** Short ASCII text without characters that JSON escapes, as it stands. */
  ascii(text: string): void {
    if (this.isFull) return;
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }

  /** A whole number, not negative. */
  number(value: number): void {
    if (this.isFull) return;
    let digits = 1;
    for (let limit = 10; value >= limit; limit *= 10) digits++;
    for (let at = this.length + digits - 1, rest = value; at >= this.length; at--) {
      const tenth = Math.floor(rest / 10);
      this.bytes[at] = ZERO + rest - 10 * tenth;
      rest = tenth;
    }
    this.length += digits;
  }

  /** Any text of up to 1,024 characters, as a string. */
  string(text: string): void {
    if (this.isFull) return;
    this.length += this.bytes.write(JSON.stringify(text), this.length);
  }

  /** Any value. */
  value(value: object): void {
    if (this.isFull) return;
    const text = JSON.stringify(value);
    this.length += text.length > this.#maxBytes ? text.length : this.bytes.write(text, this.length);
  }

  /** What was written in `[from, to)`, once more. */
  again(from: number, to: number): void {
    if (this.isFull) return;
    this.bytes.copyWithin(this.length, from, to);
    this.length += to - from;
  }
}

/** Writes one character of a string; returns where the next one goes. */
export function writeCharacter(bytes: Uint8Array, at: number, character: number): number {
  if (character !== QUOTE && character !== BACKSLASH) {
    bytes[at] = character;
    return at + 1;
  }
  bytes[at] = BACKSLASH;
  bytes[at + 1] = character;
  return at + 2;
}
