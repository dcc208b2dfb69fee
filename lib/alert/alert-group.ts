// alert: what infer says of one chunk's detections, capped, so that alert merges groups and never reads flows.

import { z } from 'zod';

/** Partial group of one chunk: the detections of one (label, source, destination); a collapsed side is null with its count. */
export const alertGroupSchema = z.strictObject({
  label: z.string(),
  source: z.string().nullable(),
  destination: z.string().nullable(),
  /** Distinct sides behind a collapsed null (a lower bound across chunks). */
  sources: z.int().min(1),
  destinations: z.int().min(1),
  flows: z.int().min(1),
  packets: z.number(),
  bytes: z.number(),
  /** Nanoseconds since 1970 as decimal strings: they do not fit a JSON number. */
  firstSeenNs: z.string(),
  lastSeenNs: z.string(),
  /** Number of the first record of its earliest flow: the alert's id hangs on it. */
  firstRecord: z.number(),
  maxScore: z.number(),
  sumScore: z.number(),
  /** Up to 100 flows, lowest record numbers first, and the most frequent destination ports (at most 32) with their counts. */
  flowRecords: z.array(z.number()),
  ports: z.array(z.tuple([z.int(), z.int()])),
  transports: z.array(z.string()),
  /** Reasons of the highest-scored flows, at most five distinct features. */
  reasons: z.array(z.strictObject({ feature: z.string(), value: z.number(), text: z.string() })),
  /** Start times are counted into activity by hour (hour since 1970 → flows), so that alert can cut at quiet gaps. */
  hours: z.array(z.tuple([z.int(), z.int()])),
});
export type AlertGroup = z.infer<typeof alertGroupSchema>;

export const groupsObjectSchema = z.strictObject({
  version: z.literal(1),
  dumpId: z.uuid(),
  etag: z.string(),
  attempt: z.uuid(),
  run: z.int(),
  chunk: z.int(),
  groups: z.array(alertGroupSchema),
  /** Detections beyond the cap on groups. */
  dropped: z.int().min(0),
});
export type GroupsObject = z.infer<typeof groupsObjectSchema>;
