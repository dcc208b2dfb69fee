// chunk: one pass over a capture: records to packets to flows to chunks, a pure function of the bytes.

import { createCaptureReader, readCapture, resumeCapture } from '../capture/capture-reader.ts';
import type { RecordBatch } from '../capture/record-batch.ts';
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { SplitOptions } from './split-options.ts';
import type { SplitOutput, SplitProgress } from './split-output.ts';
import { SplitPass } from './split-pass.ts';

/** Outputs up to this size may be compressed while reading goes on. */
const KEEP_PENDING_BYTES = 8 * 1024 * 1024;

/** The object's bytes from an offset on. */
export type OpenSource = (offset: number) => AsyncIterable<Uint8Array>;

/**
 * Splits a capture. Outputs come in the order they must be stored: a chunk's objects before its manifest, totals last.
 * The same bytes give the same outputs, however `source` is cut; pulling slowly holds the reading back.
 * A pause, where the time is up, is the last one then.
 * @throws PipelineError of the reader where the bytes are no capture.
 */
export async function* splitCapture(
  source: AsyncIterable<Uint8Array>,
  options: SplitOptions = {},
): AsyncGenerator<SplitOutput> {
  const reader = createCaptureReader(options);
  const pass = new SplitPass(reader, options);
  yield* run(pass, readCapture(source, reader, options.decompression), options);
}

/**
 * Goes on where a pass of the same bytes and options paused: what it gives is what that one would have given. A plain
 * capture is read on from there; a packed one is unpacked again from its start, its records passed over.
 * @throws PipelineError `invalid-object` where the state is none; `limit-exceeded` where a last try is too short.
 */
export async function* resumeSplit(
  open: OpenSource,
  state: StateExchange,
  options: SplitOptions = {},
): AsyncGenerator<SplitOutput> {
  const reader = createCaptureReader(options);
  const pass = new SplitPass(reader, options);
  await pass.exchange(state);
  const batches = pass.isPacked
    ? readCapture(open(0), reader, options.decompression)
    : resumeCapture(open(reader.resumeOffset), reader);
  yield* run(pass, batches, options);
}

async function* run(
  pass: SplitPass,
  batches: AsyncIterable<RecordBatch>,
  { isTimeUp, isLastTry }: SplitOptions,
): AsyncGenerator<SplitOutput> {
  for await (const batch of batches) {
    if (isLastTry === true && pass.isPassedOver(batch) && isTimeUp?.() === true) throw tooLong(pass.progress);
    if (pass.isNextMember(batch)) {
      yield* endMember(pass);
      pass.beginMember();
    }
    for (let i = pass.firstNewRecord(batch); i < batch.count; ) {
      i = pass.addRecords(batch, i);
      yield* pass.chunks.outputs.take(KEEP_PENDING_BYTES);
    }
    if (isTimeUp?.() === true && pass.hasProgressed) {
      yield* pass.chunks.outputs.take(0);
      return yield { kind: 'pause', ...pass.progress, save: (state) => pass.exchange(state) };
    }
  }
  yield* endMember(pass);
  yield* pass.chunks.outputs.take(0);
  yield { kind: 'hosts', arp: pass.arpHosts.hosts() };
  yield pass.totals();
}

/** Cuts the chunk and ends all flows: the dump is over, or a capture in it. */
async function* endMember(pass: SplitPass): AsyncGenerator<SplitOutput> {
  pass.finish();
  while (!pass.endFlows()) yield* pass.chunks.outputs.take(KEEP_PENDING_BYTES);
}

function tooLong({ bytesSoFar }: SplitProgress): PipelineError {
  const message =
    `the time was up when ${bytesSoFar} unpacked bytes were passed over, still before those that are to be split; ` +
    'give split more time, or the capture less packed';
  return new PipelineError('limit-exceeded', message, { permanent: true, details: { offset: bytesSoFar } });
}
