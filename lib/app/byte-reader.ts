// app: reads numbers and pieces of bounded bytes in order; past the end it gives undefined and stays there.

export interface ByteReader {
  /** Big-endian unsigned number of 1–4 bytes. */
  number(length: number): number | undefined;
  /** A view of the next bytes. */
  take(length: number): Uint8Array | undefined;
  /** A view of what remains of the next `length` bytes, however many there are. */
  rest(length: number): Uint8Array;
}

export function createByteReader(bytes: Uint8Array): ByteReader {
  let at = 0;
  function take(length: number): Uint8Array | undefined {
    if (at + length > bytes.length) {
      at = bytes.length + 1;
      return undefined;
    }
    at += length;
    return bytes.subarray(at - length, at);
  }
  return {
    take,
    number(length) {
      return take(length)?.reduce((value, byte) => value * 256 + byte, 0);
    },
    rest(length) {
      const start = Math.min(at, bytes.length);
      at = start + length;
      return bytes.subarray(start, at);
    },
  };
}
