// capture: where parsers put a record: into the batch's next row, with what is odd about it counted.
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import type { BatchBuilder } from './batch-builder.ts';
import type { CaptureNotes } from './capture-notes.ts';
import { MAX_PLAUSIBLE_SECONDS } from './limits.ts';
import { carryFraction, type RecordHeader } from './record-header.ts';

export interface RecordSink {
  add(batch: BatchBuilder, header: RecordHeader, offset: number, interfaceId: number): void;
  /** Saves the state, or restores it. */
  exchange(state: StateExchange): Promise<void>;
}

/** Keeps the last timestamp seen, which a record without one gets. */
export function createRecordSink(notes: CaptureNotes): RecordSink {
  let lastSeconds = 0;
  let lastNanoseconds = 0;

  function takeTimestamp(header: RecordHeader): void {
    if (!header.hasTimestamp) {
      notes.warn('timestamp-unknown');
      return;
    }
    if (carryFraction(header)) notes.warn('timestamp-fraction-carried');
    lastSeconds = header.seconds;
    lastNanoseconds = header.nanoseconds;
    if (lastSeconds < 0 || lastSeconds >= MAX_PLAUSIBLE_SECONDS) notes.warn('timestamp-out-of-range');
  }

  return {
    add(batch, header, offset, interfaceId) {
      const row = batch.count;
      takeTimestamp(header);
      if (header.capturedLength > header.originalLength) notes.warn('captured-exceeds-original');
      batch.start[row] = header.start;
      batch.capturedLength[row] = header.capturedLength;
      batch.originalLength[row] = header.originalLength;
      batch.offset[row] = offset;
      batch.recordLength[row] = header.recordLength;
      batch.seconds[row] = lastSeconds;
      batch.nanoseconds[row] = lastNanoseconds;
      batch.interfaceId[row] = interfaceId;
      batch.count = row + 1;
    },

    async exchange(state) {
      lastSeconds = await state.number(lastSeconds);
      lastNanoseconds = await state.number(lastNanoseconds);
    },
  };
}
