// capture: one of Node's decompressors (deflate, zstd), fed piece by piece and emptied before the next piece.
import type { InflateRaw, ZstdDecompress } from 'node:zlib';

/** `more`: the piece is used up. `ended`: the stream's own end was met; what is left of the piece is not its. */
export type FeedResult = 'more' | 'ended' | 'corrupt';

/**
 * Pull only: the decompressor runs (in a thread of its own) while what it gave is used, never further. The same pieces
 * give the same output up to a damage; of the call that meets the damage there is none.
 */
export class NativeDecoder {
  readonly #stream: InflateRaw | ZstdDecompress;
  #wake: (() => void) | undefined;
  #fed = 0;
  #isEnded = false;
  #isBroken = false;

  constructor(stream: InflateRaw | ZstdDecompress) {
    this.#stream = stream;
    stream.on('readable', () => this.#wake?.());
    stream.on('end', () => {
      this.#isEnded = true;
      this.#wake?.();
    });
    stream.on('error', () => {
      this.#isBroken = true;
      this.#wake?.();
    });
  }

  /** Bytes of all pieces that were used. */
  get consumed(): number {
    return this.#stream.bytesWritten;
  }

  async *feed(piece: Uint8Array): AsyncGenerator<Uint8Array, FeedResult> {
    let isTaken = false;
    this.#fed += piece.length;
    this.#stream.write(piece, () => {
      isTaken = true;
      this.#wake?.();
    });
    return yield* this.#empty(() => isTaken);
  }

  /** No more pieces will come: `ended` where the stream may end here, `corrupt` where it lacks something. */
  async *finish(): AsyncGenerator<Uint8Array, FeedResult> {
    this.#stream.end();
    return yield* this.#empty(() => false);
  }

  close(): void {
    this.#stream.destroy();
  }

  async *#empty(isTaken: () => boolean): AsyncGenerator<Uint8Array, FeedResult> {
    for (;;) {
      const output: Uint8Array | null = this.#stream.read();
      if (output !== null) yield output;
      else if (this.#isBroken) return 'corrupt';
      else if (this.#isEnded) return 'ended';
      // What it left of a piece lies behind the stream's end, which Node may tell of later.
      else if (isTaken()) return this.consumed < this.#fed ? 'ended' : 'more';
      else await this.#woken();
    }
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
