// api: the hosts of a dump as replies carry them.

import { z } from 'zod';

const sightingSchema = z.strictObject({
  record: z.int().meta({ description: "The record's number in the dump, counted from 0." }),
  timestamp: z.string().nullable().meta({ description: 'RFC 3339 with nine digits; null outside 1970–2262.' }),
});

export const hostSchema = z
  .strictObject({
    ip: z.string(),
    claims: z
      .array(
        z.strictObject({
          mac: z.string(),
          requests: z.int().meta({ description: 'ARP requests sent under this address.' }),
          replies: z.int().meta({ description: 'ARP replies that claim it.' }),
          first: sightingSchema,
          last: sightingSchema,
        }),
      )
      .meta({ description: 'More than one MAC address: a change, a spare router, or somebody who lies.' }),
  })
  .meta({ id: 'Host' });
export type HostView = z.infer<typeof hostSchema>;

export const hostListSchema = z.strictObject({ hosts: z.array(hostSchema) }).meta({ id: 'HostList' });
