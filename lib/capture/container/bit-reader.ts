// capture: bits out of bytes, the most significant first, as bzip2 writes them.

/** Beyond the end it gives zeros and says so: who reads asks once, when a unit is done, not for each bit. */
export class BitReader {
  readonly bytes: Uint8Array;
  /** Bits read so far. */
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes;
    this.position = position;
  }

  get isPastEnd(): boolean {
    return this.position > this.bytes.length * 8;
  }

  /** The next 24 bits at most, left where they are. */
  peek(count: number): number {
    const { bytes, position } = this;
    const at = position >>> 3;
    const word =
      ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    return (word << (position & 7)) >>> (32 - count);
  }

  /** The next 24 bits at most. */
  read(count: number): number {
    const value = this.peek(count);
    this.position += count;
    return value;
  }

  readUint32(): number {
    return this.read(16) * 65_536 + this.read(16);
  }
}
