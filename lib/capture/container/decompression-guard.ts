// capture: the limits on what unpacking may give, so that a small object cannot fill a disk or a day.
import { PipelineError } from '../../errors/pipeline-error.ts';
import type { StreamEnd } from '../byte-cursor.ts';
import { MAX_DECOMPRESSED_BYTES, MAX_DECOMPRESSION_RATIO, RATIO_FLOOR_BYTES } from '../limits.ts';

export interface DecompressionLimits {
  readonly maxDecompressedBytes?: number | undefined;
  readonly maxRatio?: number | undefined;
  readonly ratioFloorBytes?: number | undefined;
}

/** Counts the bytes of the object that were read and all bytes that came out of every container in it. */
export class DecompressionGuard {
  readonly #maxBytes: number;
  readonly #maxRatio: number;
  readonly #floorBytes: number;
  #packedBytes = 0;
  #unpackedBytes = 0;

  constructor(limits: DecompressionLimits) {
    this.#maxBytes = limits.maxDecompressedBytes ?? MAX_DECOMPRESSED_BYTES;
    this.#maxRatio = limits.maxRatio ?? MAX_DECOMPRESSION_RATIO;
    this.#floorBytes = limits.ratioFloorBytes ?? RATIO_FLOOR_BYTES;
  }

  /** The object's own bytes, counted. */
  async *packed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
    for await (const bytes of source) {
      this.#packedBytes += bytes.length;
      yield bytes;
    }
    return undefined;
  }

  /** What comes out of a container, counted; @throws PipelineError `limit-exceeded` where it is too much. */
  async *unpacked<E extends StreamEnd | undefined>(
    pieces: AsyncGenerator<Uint8Array, E>,
  ): AsyncGenerator<Uint8Array, E> {
    try {
      for (;;) {
        const { done, value } = await pieces.next();
        if (done) return value;
        this.#count(value.length);
        yield value;
      }
    } finally {
      await pieces.return?.(undefined as never); // nobody reads what an ended generator returns
    }
  }

  #count(length: number): void {
    this.#unpackedBytes += length;
    if (this.#unpackedBytes > this.#maxBytes) {
      throw exceeded(`${this.#unpackedBytes} bytes unpacked`, `${this.#maxBytes} bytes`, this.#packedBytes);
    }
    const isFar = this.#unpackedBytes > this.#floorBytes;
    if (isFar && this.#unpackedBytes > this.#packedBytes * this.#maxRatio) {
      const seen = `${this.#unpackedBytes} bytes unpacked from ${this.#packedBytes}`;
      throw exceeded(seen, `${this.#maxRatio} to 1 beyond ${this.#floorBytes} bytes`, this.#packedBytes);
    }
  }
}

function exceeded(seen: string, allowed: string, offset: number): PipelineError {
  return new PipelineError('limit-exceeded', `decompression bomb: ${seen} at offset ${offset}; allowed: ${allowed}`, {
    permanent: true,
    details: { offset, seen, allowed },
  });
}
