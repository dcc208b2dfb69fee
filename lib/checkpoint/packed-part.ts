// checkpoint: a part of the state as an object's body: zstd, and the digest by which damage is noticed before it is read.

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { CheckpointPart } from './checkpoint-manifest.ts';
import { PART_BYTES } from './limits.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Output comes in pieces of this size: each one is a turn of the event loop. */
const chunkSize = 1024 * 1024;
/** State is mostly zeros and small numbers; higher levels take longer than the bytes they save. */
const OPTIONS = { chunkSize, params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export interface PackedPart {
  readonly part: CheckpointPart;
  readonly body: Uint8Array;
}

function digestOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

export async function packPart(bytes: Uint8Array): Promise<PackedPart> {
  const body = await compress(bytes, OPTIONS);
  return { part: { length: body.length, sha256: digestOf(body) }, body };
}

/** @throws PipelineError `invalid-object` where the body is not the one that was written. */
export async function unpackPart({ length, sha256 }: CheckpointPart, body: Uint8Array): Promise<Uint8Array> {
  if (body.length !== length || digestOf(body) !== sha256) {
    const message = `a checkpoint's part of ${body.length} bytes is not the one that was written, of ${length}`;
    throw new PipelineError('invalid-object', message, { permanent: true });
  }
  return decompress(body, { chunkSize, maxOutputLength: PART_BYTES });
}
