// capture: bytes in, whole records out: finds the format, keeps what straddles two pieces, counts what was lost.
import { PipelineError } from '../errors/pipeline-error.ts';
import { createBatchBuilder } from './batch-builder.ts';
import { ByteCursor, type StreamEnd } from './byte-cursor.ts';
import { type CaptureGap, CaptureNotes } from './capture-notes.ts';
import { DecompressionGuard, type DecompressionLimits } from './container/decompression-guard.ts';
import { type MemberReader, readContent } from './container/read-container.ts';
import { type ContainerFormat, FORMAT_PROBE_BYTES, recogniseContainer, recogniseFormat } from './format.ts';
import { BATCH_RECORDS } from './limits.ts';
import { createPcapParser } from './pcap-parser.ts';
import { createPcapngParser } from './pcapng-parser.ts';
import type { CaptureInterface, RecordBatch } from './record-batch.ts';
import type { Piece, RecordParser } from './record-parser.ts';
import { createSnoopParser } from './snoop-parser.ts';

/** Reads one capture, or one after the other: their offsets, record numbers and interfaces run on. */
export interface CaptureReader extends MemberReader {
  /** What the dump is packed in; undefined where it is a plain capture. Known before the first batch. */
  container: ContainerFormat | undefined;
  /** Bytes of the uncompressed stream so far. */
  readonly streamBytes: number;
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
  /** `endMember('whole')`: the stream has ended, what is left over becomes a gap. Throws where it never was a capture. */
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
  /** Where the present capture begins in the stream. */
  let memberOffset = 0;

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
    if (format.kind === 'pcap') return createPcapParser(format, interfaces, notes);
    if (format.kind === 'snoop') return createSnoopParser(interfaces, notes);
    return createPcapngParser(interfaces, notes, memberOffset);
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

  function forgetMember(): void {
    parser = undefined;
    carried = 0;
    lostBytes = 0;
    memberOffset = streamOffset;
  }

  function* endMember(end: StreamEnd): Generator<RecordBatch> {
    const needed = parser?.neededBytes ?? FORMAT_PROBE_BYTES;
    if (parser === undefined && (end === 'whole' || carried >= needed)) yield* parseBytes(carry.subarray(0, carried));
    if (streamOffset === memberOffset) throw headerCutShort(carried, parser?.neededBytes ?? needed, end);
    const length = carried + lostBytes;
    if (isLost()) notes.gap(streamOffset, length, 'record-corrupt');
    else if (end !== 'whole') notes.gap(streamOffset, length, end);
    else if (length > 0) notes.gap(streamOffset, length, 'last-record-cut-short', 'record-cut-short');
    if (isLost() && end !== 'whole') notes.gap(streamOffset + length, 0, end);
    streamOffset += length;
    forgetMember();
    batch.member += 1;
  }

  return {
    container: undefined,
    interfaces,
    notes,
    warnings: notes.warnings,
    gaps: notes.gaps,
    endMember,

    get memberCount() {
      return batch.member;
    },

    get streamBytes() {
      return streamOffset + carried + lostBytes;
    },

    rejectMember(warning, name) {
      forgetMember();
      notes.gap(streamOffset, 0, warning, `${warning}: ${name}`);
    },

    *push(bytes) {
      let rest = bytes.subarray(yield* completeCarry(bytes));
      const isProbe = parser === undefined && rest.length < FORMAT_PROBE_BYTES;
      if (!isLost() && carried === 0 && !isProbe) rest = rest.subarray(yield* parseBytes(rest));
      if (isLost()) lostBytes += rest.length;
      else append(rest);
    },

    finish() {
      return endMember('whole');
    },
  };
}

function headerCutShort(length: number, needed: number, end: StreamEnd): PipelineError {
  const cause = end === 'whole' ? '' : ` (${end.replace('-', ' ').replace('-', ' ')})`;
  const message = `the capture ends inside its file header, after ${length} bytes${cause}; allowed: at least ${needed}`;
  return new PipelineError('capture-corrupt', message, {
    permanent: true,
    details: { offset: length, seen: length, allowed: needed },
  });
}

/** Every record of a stream, unpacked where it is packed, pulled: the next bytes are read when the last batch was used. */
export async function* readCapture(
  source: AsyncIterable<Uint8Array>,
  reader: CaptureReader,
  limits: DecompressionLimits = {},
): AsyncGenerator<RecordBatch> {
  const guard = new DecompressionGuard(limits);
  const input = new ByteCursor(guard.packed(source));
  try {
    reader.container = recogniseContainer(await input.peek(FORMAT_PROBE_BYTES));
    yield* readContent(input, reader, guard);
  } finally {
    await input.close();
  }
}
