// local/opensearch/segment: bytes of a page as they are written: numbers as varints, seven bits a byte, the lowest first.

export const MAX_VARINT_BYTES = 5;

export class PageBytes {
  length = 0;
  private buffer: Buffer;

  constructor(room: number) {
    this.buffer = Buffer.allocUnsafe(room);
  }

  clear(): void {
    this.length = 0;
  }

  /** A copy, which stays. */
  copy(): Uint8Array {
    return new Uint8Array(this.buffer.subarray(0, this.length));
  }

  /** Of 32 bits, without sign. */
  varint(value: number): void {
    this.reserve(MAX_VARINT_BYTES);
    let left = value;
    while (left > 127) {
      this.buffer[this.length] = (left & 127) | 128;
      this.length += 1;
      left >>>= 7;
    }
    this.buffer[this.length] = left;
    this.length += 1;
  }

  /** Characters that are bytes. */
  latin1(text: string): void {
    this.reserve(text.length);
    this.length += this.buffer.write(text, this.length, 'latin1');
  }

  bytes(source: Uint8Array, from: number, to: number): void {
    this.reserve(to - from);
    this.buffer.set(from === 0 && to === source.length ? source : source.subarray(from, to), this.length);
    this.length += to - from;
  }

  /** What another has. */
  append(other: PageBytes): void {
    this.bytes(other.buffer, 0, other.length);
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
