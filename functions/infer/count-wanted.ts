// infer: how many packets of a chunk the packet model will be asked about, so that its time can be shared among them.

import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { readFlowRows } from './chunk-flows.ts';
import { flowPackets } from './wanted-packets.ts';

/** Reads the chunk's rows once more: by the number of flows, a part of many small ones left time that others lacked. */
export async function countWanted(
  store: ObjectStore,
  { chunk }: ChunkMessage,
  manifest: ChunkManifest,
  most: number,
  signal: AbortSignal,
): Promise<number> {
  let wanted = 0;
  for await (const rows of readFlowRows(store, manifest, signal)) {
    for (let row = 0; row < rows.count; row += 1) {
      if (rows.columns.firstChunk[row] === chunk) wanted += flowPackets(rows, row, most, false).wanted.length;
    }
  }
  return wanted;
}
