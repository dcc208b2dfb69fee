// capture: bytes in, whole records out: finds the format, keeps what straddles two pieces, counts what was lost.
import { PipelineError } from '../errors/pipeline-error.ts';
import { createBatchBuilder } from './batch-builder.ts';
import { type CaptureGap, CaptureNotes } from './capture-notes.ts';
import { FORMAT_PROBE_BYTES, recogniseFormat } from './format.ts';
import { BATCH_RECORDS } from './limits.ts';
import { createPcapParser } from './pcap-parser.ts';
import { createPcapngParser } from './pcapng-parser.ts';
import type { CaptureInterface, RecordBatch } from './record-batch.ts';
import type { Piece, RecordParser } from './record-parser.ts';

export interface CaptureReader {
  /** Grows while reading; complete for every record handed out so far. */
  readonly interfaces: readonly CaptureInterface[];
  /** How often each oddity occurred (CaptureWarning). */
  readonly warnings: ReadonlyMap<string, number>;
  /** Byte ranges of the uncompressed stream that gave no record; complete after `finish`. */
  readonly gaps: readonly CaptureGap[];
  /**
   * Takes the next bytes of the stream, cut anywhere. Batches refer to `bytes` or to the reader's own memory until the
   * generator's next step: run it to its end before the next call, and leave `bytes` unchanged meanwhile.
   */
  push(bytes: Uint8Array): Generator<RecordBatch>;
  /** The stream has ended: what is left over becomes a gap. Throws where there never was a capture. */
  finish(): Generator<RecordBatch>;
}

export interface CaptureReaderOptions {
  /** Records a batch holds at most. */
  readonly batchRecords?: number;
}

const INITIAL_CARRY_BYTES = 65_536;

export function createCaptureReader(options: CaptureReaderOptions = {}): CaptureReader {
  const notes = new CaptureNotes();
  const interfaces: CaptureInterface[] = [];
  const batch = createBatchBuilder(options.batchRecords ?? BATCH_RECORDS);
  let parser: RecordParser | undefined;
  /** Where the stream stands: all before it is parsed; the carry holds the `carried` bytes from there on. */
  let streamOffset = 0;
  let carry = new Uint8Array(INITIAL_CARRY_BYTES);
  let carried = 0;
  /** Bytes of the stream after the point from which it could not be followed. */
  let lostBytes = 0;

  function isLost(): boolean {
    return parser?.isLost === true;
  }

  function append(bytes: Uint8Array): void {
    const length = carried + bytes.length;
    if (length > carry.length) {
      const larger = new Uint8Array(Math.max(length, carry.length * 2));
      larger.set(carry.subarray(0, carried));
      carry = larger;
    }
    carry.set(bytes, carried);
    carried = length;
  }

  function createParser(firstBytes: Uint8Array): RecordParser {
    const format = recogniseFormat(firstBytes);
    return format.kind === 'pcap' ? createPcapParser(format, interfaces, notes) : createPcapngParser(interfaces, notes);
  }

  /** Parses all that is whole in `bytes` and returns where it stopped. */
  function* parseBytes(bytes: Uint8Array): Generator<RecordBatch, number> {
    parser ??= createParser(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const piece: Piece = { bytes, view, end: bytes.length, streamOffset };
    batch.bytes = bytes;
    let position = 0;
    for (;;) {
      batch.count = 0;
      position = parser.parse(piece, position, batch);
      const { count } = batch;
      if (count > 0) yield batch;
      batch.firstRecord += count;
      if (count < batch.capacity) break;
    }
    streamOffset += position;
    return position;
  }

  /** Fills the carry with what the unit in it lacks, no more, until it is parsed; returns how many bytes that took. */
  function* completeCarry(bytes: Uint8Array): Generator<RecordBatch, number> {
    let taken = 0;
    while (carried > 0 && taken < bytes.length && !isLost()) {
      const missing = (parser?.neededBytes ?? FORMAT_PROBE_BYTES) - carried;
      const part = bytes.subarray(taken, taken + missing);
      append(part);
      taken += part.length;
      if (part.length < missing) break;
      // The carry holds what the unit needs and no more: that was the unit, or its header, which now asks for more.
      carried -= yield* parseBytes(carry.subarray(0, carried));
    }
    return taken;
  }

  return {
    interfaces,
    warnings: notes.warnings,
    gaps: notes.gaps,

    *push(bytes) {
      let rest = bytes.subarray(yield* completeCarry(bytes));
      const isProbe = parser === undefined && rest.length < FORMAT_PROBE_BYTES;
      if (!isLost() && carried === 0 && !isProbe) rest = rest.subarray(yield* parseBytes(rest));
      if (isLost()) lostBytes += rest.length;
      else append(rest);
    },

    *finish() {
      if (parser === undefined) yield* parseBytes(carry.subarray(0, carried));
      if (streamOffset === 0) throw headerCutShort(carried, parser?.neededBytes ?? FORMAT_PROBE_BYTES);
      const length = carried + lostBytes;
      if (length > 0) notes.gap(streamOffset, length, isLost() ? 'record-corrupt' : 'record-cut-short');
      carried = 0;
      lostBytes = 0;
    },
  };
}

function headerCutShort(length: number, needed: number): PipelineError {
  const message = `the capture ends inside its file header, after ${length} bytes; allowed: at least ${needed}`;
  return new PipelineError('capture-corrupt', message, {
    permanent: true,
    details: { offset: length, seen: length, allowed: needed },
  });
}

/** Every record of a stream, pulled: the next bytes are read when the last batch was used. */
export async function* readCapture(
  source: AsyncIterable<Uint8Array>,
  reader: CaptureReader,
): AsyncGenerator<RecordBatch> {
  for await (const bytes of source) yield* reader.push(bytes);
  yield* reader.finish();
}
