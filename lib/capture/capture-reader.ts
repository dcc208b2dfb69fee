// capture: bytes in, whole records out: finds the format, keeps what straddles two pieces, counts what was lost.
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { createBatchBuilder } from './batch-builder.ts';
import { ByteCursor, type StreamEnd } from './byte-cursor.ts';
import { type CaptureGap, CaptureNotes } from './capture-notes.ts';
import { DecompressionGuard, type DecompressionLimits } from './container/decompression-guard.ts';
import { type MemberReader, readContent } from './container/read-container.ts';
import {
  type CaptureFormat,
  type ContainerFormat,
  FORMAT_PROBE_BYTES,
  recogniseContainer,
  recogniseFormat,
} from './format.ts';
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
  /** Records handed out so far, the present batch's too. */
  readonly recordCount: number;
  /** Offset in the stream from which a reader with this one's state goes on after the present batch. */
  readonly resumeOffset: number;
  /**
   * Saves the state of a plain capture's reader, which has just handed out a batch; or restores it into a new reader:
   * its next bytes are those from `resumeOffset` on.
   */
  exchange(state: StateExchange): Promise<void>;
}

export interface CaptureReaderOptions {
  /** Records a batch holds at most. */
  readonly batchRecords?: number | undefined;
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
  /** Of the present capture. */
  let format: CaptureFormat | undefined;
  /** While bytes are parsed: how many from `streamOffset` on are. */
  let parsedBytes: number | undefined;
  /** The present `push` has given no batch. */
  let isSilent = false;

  function isLost(): boolean {
    return parser?.isLost === true;
  }

  /** What was taken of a stream that cannot be followed any more. */
  function lostSoFar(): number {
    return isLost() ? carried + lostBytes : 0;
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
    format = recogniseFormat(firstBytes, reader.container);
    return createParserOf(format);
  }

  function createParserOf(format: CaptureFormat): RecordParser {
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
      parsedBytes = position;
      if (count > 0) {
        isSilent = false;
        yield batch;
      }
      batch.firstRecord += count;
      if (count < batch.capacity) break;
    }
    streamOffset += position;
    parsedBytes = undefined;
    batch.count = 0;
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
    format = undefined;
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

  const reader: CaptureReader = {
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
      isSilent = true;
      let rest = bytes.subarray(yield* completeCarry(bytes));
      const isProbe = parser === undefined && rest.length < FORMAT_PROBE_BYTES;
      if (!isLost() && carried === 0 && !isProbe) rest = rest.subarray(yield* parseBytes(rest));
      if (isLost()) lostBytes += rest.length;
      else append(rest);
    },

    *pulse() {
      if (isSilent) yield batch;
    },

    finish() {
      return endMember('whole');
    },

    get recordCount() {
      return batch.firstRecord + batch.count;
    },

    get resumeOffset() {
      return streamOffset + (parsedBytes ?? lostSoFar());
    },

    async exchange(state) {
      const resumeOffset = await state.number(this.resumeOffset);
      lostBytes = await state.number(parsedBytes === undefined ? lostSoFar() : 0);
      batch.firstRecord = await state.number(this.recordCount);
      memberOffset = await state.number(memberOffset);
      await notes.exchange(state);
      const known = await state.json(interfaces);
      const saved = await state.json(format ?? null);
      if (state.isRestoring) {
        streamOffset = resumeOffset - lostBytes;
        interfaces.push(...known);
        format = saved ?? undefined;
        parser = format && createParserOf(format);
      }
      await parser?.exchange(state);
    },
  };
  return reader;
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

/** The rest of a plain capture, for a reader whose state was restored; `source` begins at its `resumeOffset`. */
export async function* resumeCapture(
  source: AsyncIterable<Uint8Array>,
  reader: CaptureReader,
): AsyncGenerator<RecordBatch> {
  for await (const bytes of source) {
    yield* reader.push(bytes);
    yield* reader.pulse();
  }
  yield* reader.finish();
}
