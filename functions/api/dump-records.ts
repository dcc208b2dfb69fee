// api: the records of one dump that were asked for: the chunks they may lie in, and the records themselves.

import type { CarveDirection } from '../../lib/carve/choose-rows.ts';
import { chooseFlowRows, chooseRecordRows } from '../../lib/carve/choose-rows.ts';
import type { ChunkSelection } from '../../lib/carve/record-piece.ts';
import { type FlowPlace, walkFlows } from '../../lib/carve/walk-flows.ts';
import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { DumpObjects } from '../../lib/records/dump-version.ts';
import { findChunk } from '../../lib/records/find-chunk.ts';
import { findManifest } from '../../lib/records/read-manifest.ts';
import { type ChunkChoice, type ManifestReader, selectChunks } from '../../lib/records/select-chunks.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { ProblemError } from './http/problem.ts';

/** Manifests that are kept from choosing the file's format to reading the records: kilobytes each. */
export const MAX_KEPT_MANIFESTS = 256;

export interface RecordSource {
  readonly store: ObjectStore;
  readonly dump: DumpObjects;
  readonly manifestOf: ManifestReader;
}

/** @throws ProblemError `conflict` where a chunk is asked for that split has not completed. */
export function recordSource(store: ObjectStore, dump: DumpObjects): RecordSource {
  const kept = new Map<number, Promise<ChunkManifest>>();
  const read = async (chunk: number, signal: AbortSignal) =>
    (await findManifest(store, dump, chunk, signal)) ?? Promise.reject(notThere(dump, chunk));
  const manifestOf: ManifestReader = (chunk, signal) => {
    const known = kept.get(chunk);
    if (known !== undefined) return known;
    const manifest = read(chunk, signal);
    if (kept.size < MAX_KEPT_MANIFESTS) {
      kept.set(chunk, manifest);
      // One that was given up with its reader is not kept for the next.
      manifest.catch(() => kept.delete(chunk));
    }
    return manifest;
  };
  return { store, dump, manifestOf };
}

function notThere({ dumpId, chunks }: DumpObjects, chunk: number): Error {
  if (chunks !== undefined) {
    return new PipelineError('object-deleted', `dump ${dumpId}: chunk ${chunk} is gone`, { permanent: false });
  }
  const message = `Chunk ${chunk} of dump ${dumpId} is not complete yet: the dump is being split.`;
  return new ProblemError('conflict', message, { headers: { 'Retry-After': '2' } });
}

/** Records of these flows, in the dump's order. */
export function flowSelections(
  { store, dump, manifestOf }: RecordSource,
  places: AsyncIterable<FlowPlace>,
  direction: CarveDirection,
  signal: AbortSignal,
): AsyncGenerator<ChunkSelection> {
  return selectChunks(store, dump, choices(), signal, manifestOf);

  async function* choices(): AsyncGenerator<ChunkChoice> {
    for await (const { chunk, flows } of walkFlows(places)) {
      yield { chunk, choose: (records) => chooseFlowRows(records, flows, direction) };
    }
  }
}

/** These records, by their numbers, which ascend. */
export function numberedSelections(
  source: RecordSource,
  numbers: AsyncIterable<number>,
  direction: CarveDirection,
  signal: AbortSignal,
): AsyncGenerator<ChunkSelection> {
  const { store, dump, manifestOf } = source;
  return selectChunks(store, dump, choices(), signal, manifestOf);

  async function* choices(): AsyncGenerator<ChunkChoice> {
    for await (const { manifest, rows } of chunkNumbers(source, numbers, signal)) {
      yield { chunk: manifest.chunk, choose: (records) => chooseRecordRows(records, rows, direction) };
    }
  }
}

/** The numbers chunk by chunk, counted from each chunk's first record. */
async function* chunkNumbers(
  { store, dump, manifestOf }: RecordSource,
  numbers: AsyncIterable<number>,
  signal: AbortSignal,
): AsyncGenerator<{ readonly manifest: ChunkManifest; readonly rows: readonly number[] }> {
  let manifest: ChunkManifest | undefined;
  let rows: number[] = [];
  for await (const number of numbers) {
    if (manifest === undefined || number >= manifest.firstRecord + manifest.records) {
      if (manifest !== undefined) yield { manifest, rows };
      const following: ChunkManifest | undefined = manifest && (await next(manifest));
      const isNext = following !== undefined && number < following.firstRecord + following.records;
      const found = isNext ? following : await findChunk(store, dump, number, signal);
      if (found === undefined) throw notThere(dump, (manifest?.chunk ?? -1) + 1);
      manifest = found;
      rows = [];
    }
    rows.push(number - manifest.firstRecord);
  }
  if (manifest !== undefined) yield { manifest, rows };

  async function next({ chunk }: ChunkManifest): Promise<ChunkManifest | undefined> {
    return dump.chunks !== undefined && chunk + 1 < dump.chunks ? manifestOf(chunk + 1, signal) : undefined;
  }
}
