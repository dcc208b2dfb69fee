// app: steps through the elements of DER that may end anywhere (X.690 §8.1, §10.1).

const MAX_LENGTH_BYTES = 4;

export const derTags = {
  integer: 0x02,
  objectIdentifier: 0x06,
  octetString: 0x04,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The elements of `[from, to)`, one after the other; `to` may lie beyond the bytes, where they were cut. */
export class DerCursor {
  readonly bytes: Uint8Array;
  /** Tag and content of the element stepped to. */
  tag = 0;
  start = 0;
  from = 0;
  to = 0;
  #next: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.bytes = bytes;
    this.#next = from;
    this.#end = to;
  }

  /** False at the end, and where an element's header is cut or lies about its length. */
  next(): boolean {
    const { bytes } = this;
    const at = this.#next;
    const limit = Math.min(this.#end, bytes.length);
    this.#next = this.#end;
    if (at + 2 > limit) return false;
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    let from = at + 2;
    if ((tag & 0x1f) === 0x1f || length === 0x80 || length > 0x80 + MAX_LENGTH_BYTES) return false;
    if (length > 0x80) {
      const bytesOfLength = length - 0x80;
      if (from + bytesOfLength > limit) return false;
      length = 0;
      for (let i = 0; i < bytesOfLength; i += 1) length = length * 256 + (bytes[from + i] ?? 0);
      from += bytesOfLength;
    }
    if (from + length > this.#end) return false;
    this.tag = tag;
    this.start = at;
    this.from = from;
    this.to = from + length;
    this.#next = this.to;
    return true;
  }

  /** Steps on where the next element has this tag; else the cursor stays. */
  nextOf(tag: number): boolean {
    return this.bytes[this.#next] === tag && this.next();
  }

  /** The content, or what was captured of it. */
  get content(): Uint8Array {
    return this.bytes.subarray(this.from, this.to);
  }

  get isWhole(): boolean {
    return this.to <= this.bytes.length;
  }

  /** The elements inside the one stepped to. */
  inside(): DerCursor {
    return new DerCursor(this.bytes, this.from, this.to);
  }
}
