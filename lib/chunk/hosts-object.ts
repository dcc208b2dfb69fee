// chunk: the object that lists a dump's hosts, as its writer and its reader know it.

import { z } from 'zod';

export const HOSTS_VERSION = 1;

const momentSchema = z.strictObject({ seconds: z.number(), nanoseconds: z.int().min(0) });

const claimSchema = z.strictObject({
  macHigh: z.int().min(0).max(0xffff),
  macLow: z.int().min(0).max(0xffff_ffff),
  requests: z.int().min(0),
  replies: z.int().min(0),
  firstRecord: z.int().min(0),
  lastRecord: z.int().min(0),
  firstSeen: momentSchema,
  lastSeen: momentSchema,
});

/** ArpHost of lib/flow, in JSON. */
export const hostsObjectSchema = z.strictObject({
  version: z.literal(HOSTS_VERSION),
  arp: z.array(z.strictObject({ address: z.int().min(0).max(0xffff_ffff), claims: z.array(claimSchema) })),
});
export type HostsObject = z.infer<typeof hostsObjectSchema>;
