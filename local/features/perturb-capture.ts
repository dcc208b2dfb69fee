// local: a capture with one thing changed that a detector must not depend on: the shortcut controls of an evaluation.

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CaptureReader, createCaptureReader, readCapture } from '../../lib/capture/capture-reader.ts';
import type { RecordBatch } from '../../lib/capture/record-batch.ts';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket } from '../../lib/decode/packet.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { encodePcapng } from '../generate/file/pcapng.ts';
import type { CaptureRecord } from '../generate/file/record.ts';
import { createRandom, type Random } from '../generate/random.ts';
import { PERTURBATIONS, type Perturbation, type PerturbationName } from './perturb/perturbation.ts';

const NANOSECONDS = { base: 10, exponent: 9 } as const;
const SECOND_NS = 1_000_000_000n;

/**
 * The capture changed, as pcapng: a section for each batch of the reader, since a capture's later interfaces are not
 * known at its start. Pull-only; a batch is in memory at a time.
 * @throws PipelineError of the reader where the bytes are no capture.
 */
export async function* perturbCapture(
  source: AsyncIterable<Uint8Array>,
  name: PerturbationName,
  random: Random,
): AsyncGenerator<Uint8Array> {
  const reader = createCaptureReader();
  const perturb = PERTURBATIONS[name](random);
  for await (const batch of readCapture(source, reader)) {
    const interfaces = reader.interfaces.map(({ linktype }) => ({ linktype, resolution: NANOSECONDS }));
    yield* encodePcapng(changedRecords(batch, reader, perturb), { interfaces });
  }
}

function* changedRecords(batch: RecordBatch, reader: CaptureReader, perturb: Perturbation): Generator<CaptureRecord> {
  const packet = createPacket();
  for (let i = 0; i < batch.count; i += 1) {
    const start = batch.start[i] ?? 0;
    // Not slice: of a Buffer that is no copy.
    const bytes = new Uint8Array(batch.bytes.subarray(start, start + (batch.capturedLength[i] ?? 0)));
    const originalLength = batch.originalLength[i] ?? 0;
    const interfaceId = batch.interfaceId[i] ?? 0;
    const linktype = reader.interfaces[interfaceId]?.linktype ?? 0;
    decodePacket(bytes, 0, bytes.length, originalLength, linktype, packet);
    const seconds = BigInt(Math.max(0, batch.seconds[i] ?? 0));
    const timestampNs = seconds * SECOND_NS + BigInt(batch.nanoseconds[i] ?? 0);
    yield* perturb({ timestampNs, bytes, originalLength, interfaceId, linktype, packet });
  }
}

/**
 * Write a changed copy of each of `files` (paths under `folder`) to the same path under `out`. A file's chance is its
 * own: it does not depend on the others. What is no capture is told, and has no copy.
 */
export async function perturbCaptures(
  folder: string,
  files: readonly string[],
  out: string,
  name: PerturbationName,
  seed: number,
): Promise<readonly string[]> {
  const skipped: string[] = [];
  for (const file of files) {
    const target = join(out, file);
    await mkdir(dirname(target), { recursive: true });
    const changed = perturbCapture(createReadStream(join(folder, file)), name, createRandom(seed).fork(file));
    try {
      await pipeline(Readable.from(changed), createWriteStream(target));
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      skipped.push(file);
    }
  }
  return skipped;
}
