// chunk: the message that hands one finished chunk from split to infer (queue `chunks`).

import { z } from 'zod';

export const CHUNK_MESSAGE_VERSION = 1;

/** Under 2 KiB; whatever else infer needs stands in the chunk's manifest. */
export const chunkMessageSchema = z.strictObject({
  version: z.literal(CHUNK_MESSAGE_VERSION),
  bucket: z.string().min(3).max(63),
  /** Key and etag of the dump; a replaced object makes the message *superseded*. */
  key: z.string().min(1).max(1024),
  etag: z.string().min(1).max(128),
  dumpId: z.uuid(),
  /** Minted per analysis: tells a deleted dump's stragglers from a new upload of the same bytes. */
  attempt: z.uuid(),
  /** 1, 2, …: one scoring of the dump. */
  run: z.int().min(1),
  /** The concrete indexes the dump's documents go to. */
  generation: z.string().regex(/^\d{6}$/),
  chunk: z.int().min(0),
  /** The chunk is the bytes [offset, offset + length) of the uncompressed stream. */
  offset: z.int().min(0),
  length: z.int().min(0),
});
export type ChunkMessage = z.infer<typeof chunkMessageSchema>;
