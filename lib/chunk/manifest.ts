// chunk: the manifest beside a finished chunk: everything about it that is not in its columns.

import { z } from 'zod';

export const MANIFEST_VERSION = 1;

export const captureInterfaceSchema = z.strictObject({
  id: z.int().min(0),
  format: z.enum(['pcap', 'pcapng', 'snoop']),
  byteOrder: z.enum(['little', 'big']),
  linktype: z.int().min(0),
  snaplen: z.int().min(0),
  unitsPerSecond: z.number().positive(),
  offsetSeconds: z.number(),
  name: z.string().optional(),
});

export const manifestSchema = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  flowSchemaVersion: z.int().min(1),
  chunk: z.int().min(0),
  /** Bytes [offset, offset + length) of the uncompressed stream: whole records only. */
  offset: z.int().min(0),
  length: z.int().min(0),
  firstRecord: z.int().min(0),
  records: z.int().min(0),
  /** Keys of the record columns and of the flows' row objects, in the order they were spilled. */
  recordObject: z.string(),
  /** Compressed dumps only: the chunk's records uncompressed; without it they lie in the dump itself. */
  rawObject: z.string().optional(),
  rowObjects: z.array(z.string()),
  /** Flows that touch the chunk, and those of them whose first record lies in it. */
  flows: z.int().min(0),
  ownFlows: z.int().min(0),
  /** Later chunks that hold first payload packets of its own flows, and where they begin; none in manifests of before. */
  later: z
    .array(z.strictObject({ chunk: z.int().min(1), offset: z.int().min(0), firstRecord: z.int().min(1) }))
    .default([]),
  interfaces: z.array(captureInterfaceSchema),
});
export type ChunkManifest = z.infer<typeof manifestSchema>;
