// local/opensearch/word: numbers in memory that another thread reads when they are complete.

export type SharedNumbers = Uint32Array<SharedArrayBuffer>;

export function sharedNumbers(length: number): SharedNumbers {
  return new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT));
}

/** The same numbers in twice the room. */
export function doubled(values: SharedNumbers): SharedNumbers {
  const larger = sharedNumbers(values.length * 2);
  // `set` goes byte by byte where memory is shared
  Buffer.from(values.buffer).copy(Buffer.from(larger.buffer));
  return larger;
}
