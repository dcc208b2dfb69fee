// alert: what infer says of one chunk's detections, capped, so that alert merges groups and never reads flows.

import { z } from 'zod';

/** Flows a group names, lowest record numbers first. */
export const GROUP_FLOWS = 100;
/** Destination ports a group counts one by one: the lowest numbers, so that partial counts add up exactly. */
export const GROUP_PORTS = 1024;
/** Distinct features a group gives reasons by. */
export const GROUP_REASONS = 5;
/** Scores are added as whole millionths: the sum is the same in any order. */
export const SCORE_UNITS = 1_000_000;

const featureValueSchema = z.strictObject({ feature: z.string(), value: z.number() });

export const groupReasonSchema = z.strictObject({
  feature: z.string(),
  value: z.number(),
  text: z.string(),
  /** Further features that the same words tell of. */
  also: z.array(featureValueSchema).readonly().optional(),
  /** Score and first record of the flow that gave the reason, and its place among that flow's reasons. */
  score: z.number(),
  record: z.number(),
  rank: z.int().min(0),
});
export type GroupReason = z.infer<typeof groupReasonSchema>;

/** The smallest hashes of the distinct values seen (distinct-sketch.ts); empty where the one value is known. */
const sketchSchema = z.array(z.number()).max(1024);

/**
 * Partial group of one chunk: the detections of one (label, source, destination) without a quiet gap of more than an
 * hour; a collapsed side is null with its count.
 */
export const alertGroupSchema = z.strictObject({
  label: z.string(),
  source: z.string().nullable(),
  destination: z.string().nullable(),
  /** Distinct sides behind a collapsed null; exact up to the sketch's size, then an estimate. */
  sources: z.int().min(1),
  destinations: z.int().min(1),
  sourceSketch: sketchSchema,
  destinationSketch: sketchSchema,
  flows: z.int().min(1),
  packets: z.number(),
  bytes: z.number(),
  /** Nanoseconds since 1970 as decimal strings: they do not fit a JSON number. */
  firstSeenNs: z.string().regex(/^-?\d{1,40}$/),
  lastSeenNs: z.string().regex(/^-?\d{1,40}$/),
  /** Number of the first record of its earliest flow: the alert's id hangs on it. */
  firstRecord: z.number(),
  maxScore: z.number(),
  minScore: z.number().default(0),
  /** In millionths. */
  sumScore: z.int().min(0),
  /** Flows that the packet model has a word on, and those of them where it is the same label. */
  packetModelFlows: z.int().min(0).default(0),
  packetModelAgreed: z.int().min(0).default(0),
  flowRecords: z.array(z.number()).max(GROUP_FLOWS),
  /** (port, flows), the lowest GROUP_PORTS port numbers, and all distinct ports. */
  ports: z.array(z.tuple([z.int(), z.int()])).max(GROUP_PORTS),
  portSketch: sketchSchema,
  transports: z.array(z.string()),
  /** Reasons of the highest-scored flows, at most five distinct features. */
  reasons: z.array(groupReasonSchema).max(GROUP_REASONS),
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
