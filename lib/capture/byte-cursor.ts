// capture: a pulled stream read by byte counts: look ahead, take, give back; holds twice what was looked at, no more.

/** How a stream of unpacked bytes ended; anything but `whole` becomes a gap of that name. */
export type StreamEnd = 'whole' | 'compressed-cut-short' | 'compressed-corrupt' | 'compressed-unsupported';

/** Pieces of a stream, whose generator may say at its end how it ended. */
export type Pieces = AsyncIterable<Uint8Array, StreamEnd | undefined>;

export class ByteCursor {
  /** Bytes of the stream taken so far. */
  position = 0;
  /** How the stream ended; `whole` until it has, and where its source does not say. */
  end: StreamEnd = 'whole';
  readonly #source: AsyncIterator<Uint8Array, StreamEnd | undefined>;
  /** Pulled and not yet taken. */
  readonly #queue: Uint8Array[] = [];
  #queued = 0;
  #isDrained = false;

  constructor(source: Pieces) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next `length` bytes, fewer only where the stream ends; they stay to be taken. */
  async peek(length: number): Promise<Uint8Array> {
    if ((this.#queue[0]?.length ?? 0) >= length) return this.#front(length);
    // Twice as much, so that many small steps through a large window do not copy it each time.
    while (this.#queued < 2 * length && (await this.#pull())) {}
    if ((this.#queue[0]?.length ?? 0) < length && this.#queue.length > 1) this.#join(2 * length);
    return this.#front(length);
  }

  /** The next `length` bytes, fewer only where the stream ends. */
  async take(length: number): Promise<Uint8Array> {
    const bytes = await this.peek(length);
    this.#drop(bytes.length);
    return bytes;
  }

  /** Gives back what was taken last, or the end of it. */
  giveBack(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#queue.unshift(bytes);
    this.#queued += bytes.length;
    this.position -= bytes.length;
  }

  /** Passes over `length` bytes; returns how many there were. */
  async skip(length: number): Promise<number> {
    let skipped = 0;
    while (skipped < length) {
      if (this.#queued === 0 && !(await this.#pull())) break;
      const part = Math.min(length - skipped, this.#queued);
      this.#drop(part);
      skipped += part;
    }
    return skipped;
  }

  /** What is left, piece by piece as it comes, at most `length` bytes. */
  async *read(length = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array, undefined> {
    let left = length;
    while (left > 0 && (this.#queue.length > 0 || (await this.#pull()))) {
      const piece = this.#queue[0]?.subarray(0, left) ?? new Uint8Array(0);
      this.#drop(piece.length);
      left -= piece.length;
      yield piece;
    }
    return undefined;
  }

  /** Tells the source that no more is wanted. */
  async close(): Promise<void> {
    if (this.#isDrained) return;
    this.#isDrained = true;
    await this.#source.return?.();
  }

  async #pull(): Promise<boolean> {
    while (!this.#isDrained) {
      const { done, value } = await this.#source.next();
      if (done) {
        this.#isDrained = true;
        this.end = value ?? 'whole';
      } else if (value.length > 0) {
        this.#queue.push(value);
        this.#queued += value.length;
        return true;
      }
    }
    return false;
  }

  #front(length: number): Uint8Array {
    return this.#queue[0]?.subarray(0, length) ?? new Uint8Array(0);
  }

  #drop(length: number): void {
    this.position += length;
    this.#queued -= length;
    let left = length;
    while (left > 0) {
      const first = this.#queue[0];
      if (first === undefined) return;
      if (first.length > left) {
        this.#queue[0] = first.subarray(left);
        return;
      }
      this.#queue.shift();
      left -= first.length;
    }
  }

  /** Makes the front of the queue one piece of `length` bytes, or of all there are. */
  #join(length: number): void {
    const joined = new Uint8Array(Math.min(length, this.#queued));
    let filled = 0;
    while (filled < joined.length) {
      const piece = this.#queue.shift() ?? new Uint8Array(0);
      const part = piece.subarray(0, joined.length - filled);
      joined.set(part, filled);
      filled += part.length;
      if (part.length < piece.length) this.#queue.unshift(piece.subarray(part.length));
    }
    this.#queue.unshift(joined);
  }
}
