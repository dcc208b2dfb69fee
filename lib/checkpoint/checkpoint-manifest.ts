// checkpoint: the small object that makes a checkpoint: of what it is, and the parts of its state; written last.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { RECORD_SCHEMA_VERSION } from '../chunk/record-fields.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { FLOW_SCHEMA_VERSION } from '../flow/flow-fields.ts';
import { MAX_LEGS, MAX_PARTS, PART_BYTES } from './limits.ts';

/** Bumped whenever a class passes other fields, or in another order, through its `exchange`. */
export const STATE_VERSION = 3;

const partSchema = z.strictObject({
  /** Of the packed body. */
  length: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type CheckpointPart = z.infer<typeof partSchema>;

export const checkpointManifestSchema = z.strictObject({
  /** Digest of the versions and settings that the state belongs to: under others it means something else. */
  basis: z.string().regex(/^[0-9a-f]{64}$/),
  dumpId: z.uuid(),
  etag: z.string().min(1).max(128),
  /** The leg that goes on from here. */
  leg: z.int().min(1).max(MAX_LEGS),
  /** Stands in the parts' keys: two runs of one leg stop at different places. */
  writer: z.uuid(),
  /** Seconds that all legs up to here took. */
  seconds: z.number().min(0),
  /** Of the state, unpacked. */
  bytes: z
    .int()
    .min(0)
    .max(MAX_PARTS * PART_BYTES),
  parts: z.array(partSchema).max(MAX_PARTS),
});
export type CheckpointManifest = z.infer<typeof checkpointManifestSchema>;

/** What a state depends on beside the dump's bytes. */
export function checkpointBasis(settings: unknown): string {
  const versions = { STATE_VERSION, FLOW_SCHEMA_VERSION, RECORD_SCHEMA_VERSION };
  return createHash('sha256').update(JSON.stringify({ versions, settings })).digest('hex');
}

/** @throws PipelineError `invalid-object` where the bytes are no manifest, or one of another dump, leg, version or settings. */
export function parseCheckpointManifest(
  bytes: Uint8Array,
  expected: Pick<CheckpointManifest, 'basis' | 'dumpId' | 'etag' | 'leg'>,
): CheckpointManifest {
  const manifest = checkpointManifestSchema.safeParse(parseJson(bytes));
  if (!manifest.success) throw invalid(z.prettifyError(manifest.error));
  const { basis, dumpId, etag, leg } = manifest.data;
  const isOfDump = dumpId === expected.dumpId && etag === expected.etag && leg === expected.leg;
  if (!isOfDump) throw invalid(`it is of dump ${dumpId}, etag ${etag}, leg ${leg}`);
  if (basis !== expected.basis) throw invalid('it was written by another version or under other settings');
  return manifest.data;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw invalid(`${bytes.length} bytes that are no JSON`);
  }
}

function invalid(problem: string): PipelineError {
  return new PipelineError('invalid-object', `checkpoint's manifest: ${problem}`, { permanent: true });
}
