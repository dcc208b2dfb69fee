// support: a capture split as the split stage does it, its objects put where the other stages read them.

import { createHash } from 'node:crypto';
import type { ChunkOptions } from '../../lib/chunk/chunk-builder.ts';
import { HOSTS_VERSION } from '../../lib/chunk/hosts-object.ts';
import { hostsKey, manifestKey, rawObjectKey, recordObjectKey, rowObjectKey } from '../../lib/chunk/keys.ts';
import { MANIFEST_VERSION } from '../../lib/chunk/manifest.ts';
import { splitCapture } from '../../lib/chunk/split-capture.ts';
import type { SplitTotals } from '../../lib/chunk/split-output.ts';
import { FLOW_SCHEMA_VERSION } from '../../lib/flow/flow-fields.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

/** Puts the capture under `key` and everything split makes of it where it belongs. */
export async function splitIntoStore(
  store: ObjectStore,
  capture: Uint8Array,
  dump: { readonly id: string; readonly key: string },
  chunks: ChunkOptions,
): Promise<{ readonly etag: string; readonly totals: SplitTotals }> {
  const etag = createHash('md5').update(capture).digest('hex');
  await store.put(dump.key, capture);
  for await (const output of splitCapture(pieces(capture), { chunks })) {
    if (output.kind === 'totals') return { etag, totals: output };
    if (output.kind === 'pause') break;
    if (output.kind === 'hosts') {
      await store.put(hostsKey(dump.id, etag), JSON.stringify({ version: HOSTS_VERSION, arp: output.arp }));
      continue;
    }
    const { chunk } = output;
    if (output.kind === 'record-object') await store.put(recordObjectKey(dump.id, etag, chunk), output.bytes);
    else if (output.kind === 'raw-object') await store.put(rawObjectKey(dump.id, etag, chunk), output.bytes);
    else if (output.kind === 'row-object')
      await store.put(rowObjectKey(dump.id, etag, chunk, output.spill), output.bytes);
    else {
      const { kind: _, rowObjects, hasRaw, ...facts } = output;
      const manifest = {
        version: MANIFEST_VERSION,
        flowSchemaVersion: FLOW_SCHEMA_VERSION,
        ...facts,
        recordObject: recordObjectKey(dump.id, etag, chunk),
        ...(hasRaw && { rawObject: rawObjectKey(dump.id, etag, chunk) }),
        rowObjects: Array.from({ length: rowObjects }, (_row, spill) => rowObjectKey(dump.id, etag, chunk, spill)),
      };
      await store.put(manifestKey(dump.id, etag, chunk), JSON.stringify(manifest));
    }
  }
  throw new Error('the pass ended without totals');
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 65_536) yield bytes.subarray(from, from + 65_536);
}
