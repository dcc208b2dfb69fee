// api: the packets of a dump as replies carry them, decoded from the bucket.

import { z } from 'zod';
import { intParam, intParamOr } from './int-param.ts';

const MAX_PACKETS = 1000;

export const listPacketsQuery = z.strictObject({
  from: intParam({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: 'Number of the first record, counted from 0.',
  }),
  size: intParamOr(100, { min: 1, max: MAX_PACKETS }),
  cursor: z.string().max(2048).optional().meta({ description: 'From the reply before, instead of `from`.' }),
});

const endpointSchema = z.strictObject({
  ip: z.string().optional(),
  port: z.int().optional(),
  mac: z.string().optional(),
});

export const packetSchema = z
  .strictObject({
    record: z.int().meta({ description: "The record's number in the dump, counted from 0." }),
    timestamp: z.string().nullable().meta({ description: 'RFC 3339 with nine digits; null outside 1970–2262.' }),
    interface: z.strictObject({ id: z.int(), name: z.string().optional(), linktype: z.string() }),
    capturedLength: z.int(),
    originalLength: z.int(),
    source: endpointSchema,
    destination: endpointSchema,
    vlan: z.int().optional(),
    ipVersion: z.int().optional(),
    transport: z.string().optional(),
    protocol: z.int().optional().meta({ description: 'IP protocol number.' }),
    ipLength: z.int().optional(),
    payloadLength: z.int().optional(),
    ttl: z.int().optional(),
    tos: z.int().optional(),
    tcpFlags: z.array(z.string()).optional(),
    flowId: z.string().optional().meta({ description: 'Id of its flow document; absent: in no flow.' }),
    direction: z.enum(['source', 'destination']).optional().meta({ description: 'Which side of its flow sent it.' }),
    reason: z.string().optional().meta({ description: 'Why it could not be decoded to a packet of a flow.' }),
    truncated: z.boolean(),
    info: z.string().meta({ description: 'One line for people.' }),
  })
  .meta({ id: 'Packet' });
export type PacketView = z.infer<typeof packetSchema>;

export const packetListSchema = z
  .strictObject({
    records: z.int().meta({ description: 'Records of the dump known so far.' }),
    packets: z.array(packetSchema),
    cursor: z.string().optional(),
  })
  .meta({ id: 'PacketList' });
