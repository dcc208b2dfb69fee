// chunk: the bytes of the chunk being filled, where the dump holds them only packed.

import type { RecordBatch } from '../capture/record-batch.ts';
import type { StateExchange } from '../checkpoint/state-exchange.ts';

const INITIAL_BYTES = 1024 * 1024;

export class RawBuffer {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #length = 0;

  /** Copies record `i` to its place; what lies between records (blocks without packets, damage) is zeros. */
  append(batch: RecordBatch, i: number, dataOffset: number, chunkOffset: number): void {
    const at = (batch.offset[i] ?? 0) - chunkOffset;
    const start = (batch.start[i] ?? 0) - dataOffset;
    const recordLength = batch.recordLength[i] ?? 0;
    const end = at + recordLength;
    if (end > this.#bytes.length) {
      const longer = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      longer.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = longer;
    }
    this.#bytes.set(batch.bytes.subarray(start, start + recordLength), at);
    this.#length = end;
  }

  /** Hands the bytes over; the buffer is empty afterwards, and a new one. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(this.#bytes.length);
    this.#length = 0;
    return bytes;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    this.#bytes = await state.array(this.#bytes, this.#length);
    this.#length = await state.number(this.#length);
  }
}
