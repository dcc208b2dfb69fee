// capture: unpacks a stream, containers in containers too, and gives each capture found to the reader as one member.
import { PipelineError } from '../../errors/pipeline-error.ts';
import { ByteCursor, type StreamEnd } from '../byte-cursor.ts';
import type { CaptureNotes } from '../capture-notes.ts';
import { type ContainerFormat, FORMAT_PROBE_BYTES, recogniseContainer } from '../format.ts';
import { MAX_CONTAINER_DEPTH, MAX_MEMBERS } from '../limits.ts';
import type { RecordBatch } from '../record-batch.ts';
import { decodeBzip2 } from './bzip2.ts';
import type { DecompressionGuard } from './decompression-guard.ts';
import { decodeGzip } from './gzip.ts';
import { type MemberProblem, readZipMembers } from './zip.ts';
import { decodeZstd } from './zstd.ts';

/** What takes the captures in. */
export interface MemberReader {
  readonly notes: CaptureNotes;
  /** Captures that were taken so far. */
  readonly memberCount: number;
  push(bytes: Uint8Array): Generator<RecordBatch>;
  /** An empty batch where the last `push` gave none, so that whoever reads may stop where no records are for long, too. */
  pulse(): Generator<RecordBatch>;
  /** The capture is over. Throws where it never was one. */
  endMember(end: StreamEnd): Generator<RecordBatch>;
  /** What was pushed since the last capture is none: as if it had not been. */
  rejectMember(warning: MemberProblem, name: string): void;
}

type Decode = (input: ByteCursor, notes: CaptureNotes) => AsyncGenerator<Uint8Array, StreamEnd>;

const DECODERS: Readonly<Record<Exclude<ContainerFormat, 'zip'>, Decode>> = {
  gzip: decodeGzip,
  zstd: decodeZstd,
  bzip2: decodeBzip2,
};

/** The captures in `input`, which is plain, packed, or packed in something packed. */
export async function* readContent(
  input: ByteCursor,
  reader: MemberReader,
  guard: DecompressionGuard,
  depth = 0,
): AsyncGenerator<RecordBatch> {
  const container = depth < MAX_CONTAINER_DEPTH ? recogniseContainer(await input.peek(FORMAT_PROBE_BYTES)) : undefined;
  if (container === undefined) {
    for await (const bytes of input.read()) {
      yield* reader.push(bytes);
      yield* reader.pulse();
    }
    yield* reader.endMember(input.end);
  } else if (container === 'zip') {
    yield* readZip(input, reader, guard, depth + 1);
  } else {
    const decoded = new ByteCursor(guard.unpacked(DECODERS[container](input, reader.notes)));
    try {
      yield* readContent(decoded, reader, guard, depth + 1);
    } finally {
      await decoded.close();
    }
  }
}

/** Members that are no capture are counted and named; a zip of nothing else is an error. */
async function* readZip(
  input: ByteCursor,
  reader: MemberReader,
  guard: DecompressionGuard,
  depth: number,
): AsyncGenerator<RecordBatch> {
  const captures = reader.memberCount;
  const others: string[] = [];
  const members = readZipMembers(input, reader.notes);
  let step = await members.next();
  for (; !step.done; step = await members.next()) {
    const member = step.value;
    if (reader.memberCount >= MAX_MEMBERS) {
      reader.rejectMember('member-over-limit', member.name);
      break;
    }
    let problem = member.problem;
    if (problem === undefined) {
      const content = new ByteCursor(guard.unpacked(member.read()));
      try {
        yield* readContent(content, reader, guard, depth);
      } catch (error) {
        if (!isNoCapture(error)) throw error;
        problem = 'member-not-a-capture';
        if (!member.isSkippable) await content.skip(Number.POSITIVE_INFINITY);
      } finally {
        await content.close();
      }
    }
    if (problem === undefined) continue;
    reader.rejectMember(problem, member.name);
    if (others.length < NAMED_MEMBERS) others.push(`${member.name} (${problem.replace('member-', '')})`);
  }
  if (step.done && step.value !== 'whole') reader.rejectMember(step.value, 'zip');
  if (reader.memberCount === captures) throw noCapture(others);
}

const NAMED_MEMBERS = 5;

/** Of the member itself; what the bucket or a limit says is not. */
function isNoCapture(error: unknown): boolean {
  if (!(error instanceof PipelineError)) return false;
  return ['not-a-capture', 'empty-file', 'capture-corrupt', 'unsupported-format'].includes(error.code);
}

function noCapture(others: readonly string[]): PipelineError {
  const seen = others.length === 0 ? 'no file' : others.join(', ');
  const message = `the zip holds no capture, but ${seen}; allowed: at least one capture, plain or compressed`;
  return new PipelineError('not-a-capture', message, { permanent: true, details: { seen } });
}
