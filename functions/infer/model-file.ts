// infer: files of the model repository: read, and refused where they are not those that their description was written with.

import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';

const PIECE_BYTES = 1024 * 1024;

/** @throws PipelineError `invalid-configuration` when it cannot be read. */
export function readModelFile(path: string): Buffer {
  return orUnreadable(path, () => readFileSync(path));
}

/**
 * A model may be hundreds of megabytes: its digest is made piece by piece.
 * @throws PipelineError `invalid-configuration` when it cannot be read, `model-mismatch` when it is another file.
 */
export function checkModelFile(path: string, sha256: string, description: string): void {
  const found = orUnreadable(path, () => digest(path));
  if (found !== sha256) throw mismatch(`${path}: its sha256 is ${found}; ${description} was written with ${sha256}`);
}

/** No message is at fault: it goes back to its queue until the right file is there. */
export function mismatch(message: string): PipelineError {
  return new PipelineError('model-mismatch', message, { permanent: false });
}

function digest(path: string): string {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const file = openSync(path, 'r');
  try {
    for (let length = readSync(file, piece); length > 0; length = readSync(file, piece)) {
      hash.update(piece.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

function orUnreadable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const message = `SMARTIDS_MODEL_REPOSITORY: ${path} cannot be read`;
    throw new PipelineError('invalid-configuration', message, { permanent: true, cause });
  }
}
