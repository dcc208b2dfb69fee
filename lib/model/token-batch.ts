// model: token ids of several packets as the tensors that a packet model takes: rows of one width, filled up and masked.

import type { Tensor } from './model-server.ts';
import type { PacketModelMetadata } from './packet-model-metadata.ts';

/** `pad`: the id that fills. Shape of both tensors: rows × the longest row. */
export function tokenBatch(
  rows: readonly Int32Array[],
  pad: number,
  { inputs: [idsName, maskName] }: Pick<PacketModelMetadata, 'inputs'>,
): readonly Tensor[] {
  const width = rows.reduce((longest, { length }) => Math.max(longest, length), 0);
  const shape = [rows.length, width];
  const ids = new BigInt64Array(rows.length * width);
  const mask = new BigInt64Array(rows.length * width);
  // Ids are small and not negative: the low half of each 64-bit word is the number, the high half stays 0.
  const lowIds = new Int32Array(ids.buffer);
  const lowMask = new Int32Array(mask.buffer);
  for (const [row, tokens] of rows.entries()) {
    let at = row * width * 2;
    for (let i = 0; i < tokens.length; i += 1, at += 2) {
      lowIds[at] = tokens[i] as number; // within the row
      lowMask[at] = 1;
    }
    for (let i = tokens.length; i < width; i += 1, at += 2) lowIds[at] = pad;
  }
  return [
    { name: idsName, datatype: 'INT64', shape, data: ids },
    { name: maskName, datatype: 'INT64', shape, data: mask },
  ];
}
