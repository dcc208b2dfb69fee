// support: chosen records of dumps that were split into a store, as a capture file.

import { type CaptureFile, type CaptureFormat, chooseCaptureFile } from '../../lib/carve/capture-format.ts';
import { encodeCapture } from '../../lib/carve/encode-capture.ts';
import type { ChunkRecords } from '../../lib/chunk/record-fields.ts';
import type { DumpObjects } from '../../lib/records/dump-version.ts';
import { readManifest } from '../../lib/records/read-manifest.ts';
import { readSelections } from '../../lib/records/read-selections.ts';
import { selectChunks } from '../../lib/records/select-chunks.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

const signal = new AbortController().signal;

export interface CarvedBytes {
  readonly file: CaptureFile;
  readonly bytes: Uint8Array;
}

/** Of each dump the records that `isChosen`; the words of a misfit where the format asked for cannot hold them. */
export async function carveFromStore(
  store: ObjectStore,
  dumps: readonly DumpObjects[],
  isChosen: (records: ChunkRecords, row: number) => boolean,
  asked?: CaptureFormat,
): Promise<CarvedBytes | string> {
  const chunksOf = ({ chunks = 0 }: DumpObjects) => Array.from({ length: chunks }, (_, chunk) => chunk);
  const manifests = await Promise.all(
    dumps.flatMap((dump) => chunksOf(dump).map((chunk) => readManifest(store, dump, chunk))),
  );
  const interfaces = manifests.flatMap((manifest) => manifest.interfaces);
  const file = chooseCaptureFile({ interfaces, isComplete: true }, asked);
  if (file.kind === 'misfit') return file.reason;
  const choose = (records: ChunkRecords) =>
    Uint32Array.from({ length: records.count }, (_, row) => row).filter((row) => isChosen(records, row));
  async function* selections() {
    for (const dump of dumps) {
      const choices = chunksOf(dump).map((chunk) => ({ chunk, choose }));
      yield* selectChunks(store, dump, choices, signal);
    }
  }
  const blocks = await Array.fromAsync(encodeCapture(readSelections(store, selections(), signal), file));
  return { file, bytes: Buffer.concat(blocks) };
}
