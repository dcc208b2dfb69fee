// hunt: a search through raw packets as a job: what it asks for, its units of work, and what is known after each.

import { z } from 'zod';
import { CARVE_DIRECTIONS } from '../carve/choose-rows.ts';
import { MAX_MATCHES, UNIT_CHUNKS } from './limits.ts';
import { patternSchema } from './pattern.ts';

export const HUNT_KINDS = ['dumps', 'flows', 'alerts'] as const;
export const HUNT_VERSION = 1;

const huntedDumpSchema = z.strictObject({
  id: z.uuid(),
  key: z.string(),
  etag: z.string(),
  name: z.string(),
  firstChunk: z.int().min(0),
  chunks: z.int().min(0),
});
export type HuntedDump = z.infer<typeof huntedDumpSchema>;

/** `hunts/jobs/<id>.json`: written once, by the API. */
export const huntSchema = z.strictObject({
  version: z.literal(HUNT_VERSION),
  id: z.uuid(),
  createdAt: z.string(),
  /** As it was asked for: for people. */
  kind: z.enum(HUNT_KINDS),
  q: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  pattern: patternSchema,
  direction: z.enum(CARVE_DIRECTIONS),
  limit: z.int().min(1).max(MAX_MATCHES),
  dumps: z.array(huntedDumpSchema),
  /** Dumps that the query found, but that are not split yet. */
  notReady: z.int().min(0),
  /** What flows must be for their packets to count; absent: any packet does. */
  flowClauses: z.array(z.unknown()).optional(),
});
export type Hunt = z.infer<typeof huntSchema>;

/** All that has been done up to and with a unit. */
export const totalsSchema = z.strictObject({
  chunks: z.int().min(0),
  bytes: z.int().min(0),
  records: z.int().min(0),
  matches: z.int().min(0),
  lostChunks: z.int().min(0),
  /** Why the last of them were. */
  lost: z.string().max(300).optional(),
});
export type HuntTotals = z.infer<typeof totalsSchema>;

export const NOTHING_DONE: HuntTotals = { chunks: 0, bytes: 0, records: 0, matches: 0, lostChunks: 0 };

export const matchSchema = z.strictObject({
  dump: z.int().min(0),
  record: z.int().min(0),
  /** First record of its flow; -1: in none. */
  flow: z.int().min(-1),
  direction: z.int().min(0).max(2),
  seconds: z.number(),
  nanoseconds: z.number(),
  /** From the record's first captured byte. */
  offset: z.int().min(0),
  length: z.int().min(0),
  /** Bytes around it, base64, and where the match begins in them. */
  context: z.string(),
  contextStart: z.int().min(0),
});
export type HuntMatch = z.infer<typeof matchSchema>;

export const unitSchema = z.strictObject({ version: z.literal(HUNT_VERSION), totals: totalsSchema });
export const matchesSchema = z.strictObject({ version: z.literal(HUNT_VERSION), matches: z.array(matchSchema) });

/** Under 2 KiB. A unit is done again where its message comes again, with the same outcome. */
export const huntMessageSchema = z.strictObject({
  version: z.literal(HUNT_VERSION),
  hunt: z.uuid(),
  unit: z.int().min(0),
  before: totalsSchema,
});
export type HuntMessage = z.infer<typeof huntMessageSchema>;

export interface HuntUnit {
  /** Place in `dumps`. */
  readonly dump: number;
  readonly firstChunk: number;
  readonly chunks: number;
}

/** A pure function of the job: dump by dump, so many chunks at a time. */
export function huntUnit({ dumps }: Pick<Hunt, 'dumps'>, unit: number): HuntUnit | undefined {
  let left = unit;
  for (const [dump, { firstChunk, chunks }] of dumps.entries()) {
    const units = Math.ceil(chunks / UNIT_CHUNKS);
    if (left < units) {
      const done = left * UNIT_CHUNKS;
      return { dump, firstChunk: firstChunk + done, chunks: Math.min(UNIT_CHUNKS, chunks - done) };
    }
    left -= units;
  }
  return undefined;
}

export function chunksOf({ dumps }: Pick<Hunt, 'dumps'>): number {
  return dumps.reduce((sum, { chunks }) => sum + chunks, 0);
}
