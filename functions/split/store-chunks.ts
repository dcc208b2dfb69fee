// split: the pass over the object, its outputs stored: a chunk's objects, then its manifest, then its message.

import { HOSTS_VERSION, type HostsObject } from '../../lib/chunk/hosts-object.ts';
import { hostsKey, manifestKey, rawObjectKey, recordObjectKey, rowObjectKey } from '../../lib/chunk/keys.ts';
import { type ChunkManifest, MANIFEST_VERSION } from '../../lib/chunk/manifest.ts';
import { CHUNK_MESSAGE_VERSION, type ChunkMessage } from '../../lib/chunk/message.ts';
import type { CompleteChunk, SplitHosts, SplitOutput, SplitPause, SplitTotals } from '../../lib/chunk/split-output.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { FLOW_SCHEMA_VERSION } from '../../lib/flow/flow-fields.ts';
import type { Analysis } from './begin-analysis.ts';
import { PutWindow } from './put-window.ts';
import type { SplitDeps } from './split-deps.ts';
import { createProgressWriter } from './split-progress.ts';

/** What storing needs of the stage. */
export type StoreDeps = Pick<SplitDeps, 'store' | 'queue' | 'dumps' | 'clock'>;

/**
 * To the pass's end, or to where it pauses: then `pause` is given what it paused as, when all before is stored.
 * @throws PipelineError of the reader or of the bucket.
 */
export async function storeChunks(
  deps: StoreDeps,
  analysis: Analysis,
  outputs: AsyncIterable<SplitOutput>,
  pause: (output: SplitPause) => Promise<void>,
): Promise<SplitTotals | undefined> {
  const { dumpId, etag } = analysis;
  const writeProgress = createProgressWriter(deps, analysis);
  const puts = new PutWindow(deps.store);
  for await (const output of outputs) {
    switch (output.kind) {
      case 'record-object':
        await puts.put(recordObjectKey(dumpId, etag, output.chunk), output.bytes);
        await writeProgress(output.recordsSoFar, output.bytesSoFar);
        break;
      case 'raw-object':
        // One at a time: each is as large as a chunk.
        await puts.settle();
        await puts.put(rawObjectKey(dumpId, etag, output.chunk), output.bytes);
        break;
      case 'row-object':
        await puts.put(rowObjectKey(dumpId, etag, output.chunk, output.spill), output.bytes);
        break;
      case 'manifest':
        await puts.settle();
        await sendChunk(deps, analysis, output);
        break;
      case 'hosts':
        await storeHosts(deps, analysis, output);
        break;
      case 'pause':
        await puts.settle();
        await pause(output);
        return undefined;
      case 'totals':
        return output;
      default:
        return unexpected(output);
    }
  }
  throw new PipelineError('internal', 'the pass ended without totals', { permanent: false });
}

/** The chunk's objects are all stored: its manifest makes it readable, its message hands it on. */
async function sendChunk(deps: StoreDeps, analysis: Analysis, chunk: CompleteChunk): Promise<void> {
  const { dumpId, etag, attempt, run, generation, key } = analysis;
  const { kind: _, chunk: number, rowObjects, hasRaw, ...facts } = chunk;
  const manifest: ChunkManifest = {
    version: MANIFEST_VERSION,
    flowSchemaVersion: FLOW_SCHEMA_VERSION,
    chunk: number,
    ...facts,
    recordObject: recordObjectKey(dumpId, etag, number),
    ...(hasRaw && { rawObject: rawObjectKey(dumpId, etag, number) }),
    rowObjects: Array.from({ length: rowObjects }, (_row, spill) => rowObjectKey(dumpId, etag, number, spill)),
    later: [...chunk.later],
    interfaces: [...chunk.interfaces],
  };
  await deps.store.put(manifestKey(dumpId, etag, number), JSON.stringify(manifest), {
    contentType: 'application/json',
  });
  const message: ChunkMessage = {
    version: CHUNK_MESSAGE_VERSION,
    bucket: deps.store.bucket,
    key,
    etag,
    dumpId,
    attempt,
    run,
    generation,
    chunk: number,
    offset: chunk.offset,
    length: chunk.length,
  };
  await deps.queue.send('chunks', JSON.stringify(message));
}

async function storeHosts(deps: StoreDeps, { dumpId, etag }: Analysis, { arp }: SplitHosts) {
  const object: HostsObject = {
    version: HOSTS_VERSION,
    arp: arp.map(({ address, claims }) => ({ address, claims: [...claims] })),
  };
  await deps.store.put(hostsKey(dumpId, etag), JSON.stringify(object), { contentType: 'application/json' });
}

function unexpected(output: never): never {
  throw new PipelineError('internal', `no such output: ${JSON.stringify(output)}`, { permanent: false });
}
