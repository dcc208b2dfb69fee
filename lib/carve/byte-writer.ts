// carve: bytes written one after the other into memory that grows.

export class ByteWriter {
  bytes: Uint8Array;
  view: DataView;
  used = 0;

  constructor(expectedBytes: number) {
    this.bytes = new Uint8Array(Math.max(64, expectedBytes));
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes `length` bytes of room, zeros, and says where they begin. */
  room(length: number): number {
    const at = this.used;
    this.used += length;
    if (this.used > this.bytes.length) {
      const longer = new Uint8Array(Math.max(this.used, this.bytes.length * 2));
      longer.set(this.bytes.subarray(0, at));
      this.bytes = longer;
      this.view = new DataView(longer.buffer);
    }
    return at;
  }

  /** What was written; the writer is not to be used any more. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }
}
